namespace TaskService.Queues;

internal static partial class QueuesLog
{
    [LoggerMessage(6501, LogLevel.Warning, "Queue {Queue} was paused by {UserId} until {Until}.")]
    public static partial void QueuePaused(this ILogger logger, string queue, string userId, string until);

    [LoggerMessage(6502, LogLevel.Information, "Queue {Queue} was resumed by {UserId}.")]
    public static partial void QueueResumed(this ILogger logger, string queue, string userId);
}
