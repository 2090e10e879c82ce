namespace TaskService.Queues;

internal static partial class QueuesLog
{
    [LoggerMessage(6501, LogLevel.Warning, "Queue {Queue} was paused until {Until}.")]
    public static partial void QueuePaused(this ILogger logger, string queue, DateTimeOffset? until);

    [LoggerMessage(6502, LogLevel.Information, "Queue {Queue} was resumed.")]
    public static partial void QueueResumed(this ILogger logger, string queue);
}
