namespace Platform.Tasks.Schedules;

internal static partial class SchedulesLog
{
    [LoggerMessage(7600, LogLevel.Warning, "{Count} runs of the schedule {Schedule} were missed and will not happen ({Policy}).")]
    public static partial void RunsMissed(this ILogger logger, int count, string schedule, MissedRuns policy);

    [LoggerMessage(7601, LogLevel.Error, "The schedule {Schedule} cannot be read here; it was left to others for a minute.")]
    public static partial void ScheduleUnreadable(this ILogger logger, Exception exception, string schedule);

    [LoggerMessage(7602, LogLevel.Information, "The schedule {Schedule} was written as code registers it.")]
    public static partial void ScheduleRegistered(this ILogger logger, string schedule);

    [LoggerMessage(7603, LogLevel.Error, "The schedule {Schedule} was not written: there are as many as Tasks:Schedules:MostSchedules allows.")]
    public static partial void TooManySchedules(this ILogger logger, string schedule);
}
