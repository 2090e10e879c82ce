namespace TaskService.Remote;

internal static partial class RemoteLog
{
    [LoggerMessage(6300, LogLevel.Warning, "{Service} did not answer for task {TaskId} ({Reason}); it was tried again with back-off.")]
    public static partial void ServiceAwaited(this ILogger logger, string service, string? taskId, string reason);
}
