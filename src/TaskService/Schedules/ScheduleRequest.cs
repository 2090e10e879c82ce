using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Platform.Tasks.Client;
using Platform.Tasks.Schedules;

namespace TaskService.Schedules;

/// <summary>What a schedule is to be. What an answer tells besides is passed over, so that one can be sent back.</summary>
/// <param name="Cron">Five fields, as in <c>0 3 * * 1-5</c>, or a name such as <c>@daily</c>.</param>
/// <param name="Type">Of the tasks.</param>
/// <param name="Payload">What their handler is told: an object.</param>
/// <param name="TimeZone">An IANA name, as in <c>Europe/Berlin</c>.</param>
/// <param name="Queue">Where the tasks wait; the first queue where it is null.</param>
/// <param name="Priority">Which of the waiting tasks are taken first.</param>
/// <param name="MissedRuns">What becomes of runs that were missed because Redis or all schedulers were away.</param>
/// <param name="MissedRunsCap">Of missed runs that all happen, no more than the last so many do.</param>
/// <param name="Enabled">False pauses the schedule: it has no runs, and none are missed.</param>
internal sealed record ScheduleRequest(
    string Cron,
    string Type,
    JsonElement Payload,
    [property: DefaultValue(ScheduleDefinition.Utc)] string? TimeZone = null,
    string? Queue = null,
    [property: DefaultValue(TaskPriority.Normal)] TaskPriority Priority = TaskPriority.Normal,
    [property: DefaultValue(MissedRuns.Once)] MissedRuns MissedRuns = MissedRuns.Once,
    [property: Range(1, ScheduleDefinition.HighestCap), DefaultValue(ScheduleDefinition.DefaultCap)] int MissedRunsCap = ScheduleDefinition.DefaultCap,
    [property: DefaultValue(true)] bool Enabled = true);
