using Platform.Tasks.Handlers;

namespace TaskService.ExportUserData;

internal static class ExportFailures
{
    public static TaskFailedException PersonErased() => new("person_erased", "The person was erased. Nothing is kept for them any more.");

    public static TaskRetryException Unavailable(string service, Exception exception) =>
        new($"{service}_unavailable", $"{service} stopped before it had told everything.", retryAfter: null, exception);
}
