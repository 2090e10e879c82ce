namespace TaskService.Outbox;

internal static partial class OutboxLog
{
    [LoggerMessage(2400, LogLevel.Warning, "{Count} notifications could not be sent; they were kept and will be tried again with back-off.")]
    public static partial void NotificationsAwaited(this ILogger logger, int count);

    [LoggerMessage(2401, LogLevel.Error, "The notification about task {TaskId} was refused with {Status} ({Code}) and dropped.")]
    public static partial void NotificationRefused(this ILogger logger, string taskId, int status, string code);
}
