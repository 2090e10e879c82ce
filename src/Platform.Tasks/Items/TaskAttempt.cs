using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.ServiceDefaults.Http;

namespace Platform.Tasks.Items;

/// <summary>What is known of an attempt that ended, as it stands with the task.</summary>
/// <param name="Attempt">Its number, from 1; it begins anew when the task is put back.</param>
/// <param name="Begun">Milliseconds since 1970.</param>
/// <param name="Ended">Milliseconds since 1970.</param>
/// <param name="Worker">The consumer that ran it.</param>
/// <param name="Status">The task's afterwards, or <c>retried</c>, <c>handed_back</c> or <c>lost</c>.</param>
/// <param name="Code">Why it did not succeed.</param>
/// <param name="Message">The same for people.</param>
internal sealed record TaskAttempt(
    int Attempt, long Fence, long Begun, long Ended, string? Worker, string Status, string? Code, string? Message)
{
    [JsonIgnore]
    public DateTimeOffset BegunAt => DateTimeOffset.FromUnixTimeMilliseconds(Begun);

    [JsonIgnore]
    public DateTimeOffset EndedAt => DateTimeOffset.FromUnixTimeMilliseconds(Ended);

    /// <summary>The last attempts of a task that ended, oldest first.</summary>
    public static IReadOnlyList<TaskAttempt> Of(TaskItem task)
    {
        if (task.History is not null)
        {
            return JsonSerializer.Deserialize<TaskAttempt[]>(task.History, JsonDefaults.Options) ?? [];
        }

        // A first attempt that succeeded at once leaves no history: the task says all.
        return task is { Status: TaskState.Succeeded, StartedAt: { } started, FinishedAt: { } finished }
            ? [new TaskAttempt(task.Attempt, task.Fence, started.ToUnixTimeMilliseconds(), finished.ToUnixTimeMilliseconds(), Worker: null, "succeeded", null, null)]
            : [];
    }
}
