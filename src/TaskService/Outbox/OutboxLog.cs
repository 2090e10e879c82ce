namespace TaskService.Outbox;

internal static partial class OutboxLog
{
    [LoggerMessage(6401, LogLevel.Error, "The notification about task {TaskId} was refused with {Status} ({Code}) and dropped.")]
    public static partial void NotificationRefused(this ILogger logger, string taskId, int status, string code);
}
