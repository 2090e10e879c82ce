using System.Text;
using System.Text.Json;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Handlers;
using Platform.Tasks.Queues;
using Platform.Tasks.Schedules;
using TaskService.Tasks;

namespace TaskService.Schedules;

/// <summary>Schedules as administrators write them: what cannot be is refused, with what to change.</summary>
internal sealed class ScheduleInputs(TaskTypes types, TaskLanes lanes, IEnumerable<RecordsTaskType> recordsTypes)
{
    private const int LongestPayload = 64 * 1024;

    private readonly HashSet<string> _recordsTypes = recordsTypes.Select(type => type.Name).ToHashSet(StringComparer.Ordinal);

    /// <param name="name">From the path.</param>
    /// <param name="request">What it is to be.</param>
    /// <param name="before">What it is; null when it is new.</param>
    /// <returns>The definition, and its first slot after <paramref name="now"/>.</returns>
    /// <exception cref="ProblemException">Something of it cannot be.</exception>
    public (ScheduleDefinition Definition, DateTimeOffset Next) Read(string name, ScheduleRequest request, ScheduleDefinition? before, DateTimeOffset now)
    {
        if (!TaskScheduleExtensions.IsName(name))
        {
            throw Refused("invalid_name", "Not the name of a schedule", "Use 1 to 64 of a-z, 0-9 and -.");
        }

        var definition = new ScheduleDefinition
        {
            Cron = request.Cron ?? "",
            TimeZone = request.TimeZone ?? ScheduleDefinition.Utc,
            Type = request.Type ?? "",
            Payload = request.Payload,
            Queue = request.Queue ?? lanes.Queues[0],
            Priority = request.Priority,
            MissedRuns = request.MissedRuns,
            MissedRunsCap = request.MissedRunsCap,
        };
        var next = Next(definition, now);
        if (!lanes.IsQueue(definition.Queue))
        {
            throw Refused("unknown_queue", "There is no such queue", $"Set queue to one of: {string.Join(", ", lanes.Queues)}.");
        }

        EnsureTask(definition, before);
        return (definition, next);
    }

    private static DateTimeOffset Next(ScheduleDefinition definition, DateTimeOffset now)
    {
        try
        {
            var next = definition.Times().After(now).FirstOrDefault();
            return next != default ? next : throw new CronFormatException("No date is ever like this: check the day of month against the month.");
        }
        catch (CronFormatException exception)
        {
            throw Refused("invalid_cron", "Not a cron expression", exception.Message);
        }
        catch (TimeZoneNotFoundException)
        {
            throw Refused(
                "unknown_time_zone", "There is no such time zone", "Set timeZone to an IANA name, such as Europe/Berlin, America/New_York or UTC; upper and lower case matter.");
        }
    }

    private void EnsureTask(ScheduleDefinition definition, ScheduleDefinition? before)
    {
        if (definition.Payload.ValueKind != JsonValueKind.Object)
        {
            throw JsonSubmission.Invalid("Set payload to an object.");
        }

        var json = JsonSerializer.Serialize(definition.Payload);
        if (Encoding.UTF8.GetByteCount(json) > LongestPayload)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge, "payload_too_large", "The payload is too large", "Send at most 64 KiB: each run has a copy of it.");
        }

        // Another service may have registered it, with a type that only its workers know; here it can be paused or put to another time.
        if (before?.Type == definition.Type && JsonSerializer.Serialize(before.Payload) == json)
        {
            return;
        }

        var type = types.Required(definition.Type, isAdmin: true);
        if (_recordsTypes.Contains(type.Name))
        {
            throw Refused("type_needs_records", "This type of task takes a file", "A schedule has no file to give: name a type that takes a payload alone.");
        }

        type.DecodeValid(definition.Payload);
    }

    private static ProblemException Refused(string code, string title, string detail) => new(StatusCodes.Status400BadRequest, code, title, detail);
}
