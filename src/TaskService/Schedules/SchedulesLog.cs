namespace TaskService.Schedules;

internal static partial class SchedulesLog
{
    [LoggerMessage(6600, LogLevel.Information, "The schedule {Schedule} was saved by {UserId}.")]
    public static partial void ScheduleSaved(this ILogger logger, string schedule, string userId);

    [LoggerMessage(6601, LogLevel.Information, "The schedule {Schedule} was deleted by {UserId}.")]
    public static partial void ScheduleDeleted(this ILogger logger, string schedule, string userId);

    [LoggerMessage(6602, LogLevel.Information, "A run of the schedule {Schedule} was enqueued as task {TaskId} for {UserId}.")]
    public static partial void ScheduleRun(this ILogger logger, string schedule, string taskId, string userId);
}
