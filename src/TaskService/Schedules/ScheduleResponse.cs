using System.Globalization;
using System.Text.Json;
using Platform.Tasks.Client;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Schedules;

namespace TaskService.Schedules;

/// <summary>A schedule as administrators see it.</summary>
/// <param name="Registered">Whether code registers it: then it is as code has it unless somebody changed it.</param>
/// <param name="NextRuns">The next five slots; none while it is paused.</param>
/// <param name="LastRuns">The last five runs, newest first.</param>
internal sealed record ScheduleResponse(
    string Name,
    string Cron,
    string TimeZone,
    string Type,
    JsonElement Payload,
    string Queue,
    TaskPriority Priority,
    MissedRuns MissedRuns,
    int MissedRunsCap,
    bool Enabled,
    bool Registered,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    IReadOnlyList<DateTimeOffset> NextRuns,
    IReadOnlyList<ScheduleRunResponse> LastRuns)
{
    private const int ShownRuns = 5;

    /// <param name="schedule">The schedule.</param>
    /// <param name="statuses">Of the tasks of its runs, by their ids.</param>
    public static ScheduleResponse Of(TaskSchedule schedule, IReadOnlyDictionary<string, TaskState> statuses)
    {
        var definition = ScheduleDefinition.Parse(schedule.Definition);
        return new ScheduleResponse(
            schedule.Name, definition.Cron, definition.TimeZone, definition.Type, PayloadView.Of(definition.Payload), definition.Queue, definition.Priority,
            definition.MissedRuns, definition.MissedRunsCap, schedule.Enabled, schedule.Registered is not null, schedule.CreatedAt, schedule.UpdatedAt,
            schedule.Next is { } next ? [next, .. definition.Times().After(next).Take(ShownRuns - 1)] : [],
            [.. schedule.Recent.Select(run => new ScheduleRunResponse(
                run.At, run.TaskId, run.IsManual, statuses.TryGetValue(run.TaskId, out var status) ? status : null))]);
    }

    /// <summary>The schedule's <c>ETag</c>, without quotes.</summary>
    public static string VersionOf(TaskSchedule schedule) => schedule.Version.ToString(CultureInfo.InvariantCulture);
}

/// <param name="At">Its slot, or when somebody asked for it.</param>
/// <param name="Manual">Whether somebody asked for it.</param>
/// <param name="Status">How its task stands; null when that is not kept any more.</param>
internal sealed record ScheduleRunResponse(DateTimeOffset At, string TaskId, bool Manual, TaskState? Status);

/// <param name="TaskId">The task that was enqueued.</param>
internal sealed record ScheduleRunAccepted(string TaskId);
