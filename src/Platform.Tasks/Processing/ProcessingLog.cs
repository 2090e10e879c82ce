
namespace Platform.Tasks.Processing;

internal static partial class ProcessingLog
{
    // Of each task: a service that runs many would write nothing else.
    [LoggerMessage(7200, LogLevel.Debug, "Task {TaskId} of type {TaskType} ended as {Status} in attempt {Attempt}.")]
    public static partial void TaskEnded(this ILogger logger, string taskId, string taskType, string status, int attempt);

    [LoggerMessage(7201, LogLevel.Warning, "Task {TaskId} of type {TaskType} ended as {Status} in attempt {Attempt}: {ErrorCode}.")]
    public static partial void TaskGivenUp(this ILogger logger, string taskId, string taskType, string status, int attempt, string errorCode);

    [LoggerMessage(7202, LogLevel.Warning,
        "Attempt {Attempt} of task {TaskId} of type {TaskType} failed ({ErrorCode}); the next was set for {Delay:0.0} s later.")]
    public static partial void TaskDelayed(this ILogger logger, string taskId, string taskType, int attempt, string errorCode, double delay);

    [LoggerMessage(7203, LogLevel.Information, "Task {TaskId} of type {TaskType} was handed back because this process is stopping.")]
    public static partial void TaskHandedBack(this ILogger logger, string taskId, string taskType);

    [LoggerMessage(7204, LogLevel.Warning,
        "Attempt {Attempt} of task {TaskId} of type {TaskType} ended after another had taken over; it was not heard.")]
    public static partial void DeliveryLost(this ILogger logger, string taskId, string taskType, int attempt);

    [LoggerMessage(7205, LogLevel.Error, "The handler of task {TaskId} of type {TaskType} failed in attempt {Attempt}.")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string taskId, string taskType, int attempt);

    [LoggerMessage(7206, LogLevel.Error, "Task {TaskId} could not be read from Redis.")]
    public static partial void TaskUnreadable(this ILogger logger, Exception exception, string taskId);

    [LoggerMessage(7207, LogLevel.Error, "An entry of the queue was discarded because it cannot be processed; its task is {TaskId}.")]
    public static partial void EntryDiscarded(this ILogger logger, string? taskId);

    [LoggerMessage(7208, LogLevel.Information, "{Count} deliveries were taken over from workers that gave no sign.")]
    public static partial void DeliveriesClaimed(this ILogger logger, int count);

    [LoggerMessage(7209, LogLevel.Debug, "The lease of task {TaskId} was not renewed ({Reason}).")]
    public static partial void LeaseNotRenewed(this ILogger logger, string taskId, string reason);

    [LoggerMessage(7210, LogLevel.Debug, "Task {TaskId} of type {TaskType} had to wait for its rate limit; it asks again in {Delay:0.0} s.")]
    public static partial void TaskHeldBack(this ILogger logger, string taskId, string taskType, double delay);

    [LoggerMessage(7211, LogLevel.Error, "The run of task {TaskId} failed outside of its handler.")]
    public static partial void RunFailed(this ILogger logger, Exception exception, string taskId);
}
