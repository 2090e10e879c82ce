using System.Text;
using System.Text.Json;
using Platform.ServiceDefaults.Problems;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;
using Platform.Tasks.Queues;
using Platform.Tasks.Schedules;
using TaskService.Tasks;

namespace TaskService.Schedules;

/// <summary>Schedules as administrators write them: what cannot be is refused, with what to change.</summary>
internal sealed class ScheduleInputs(
    TaskTypes types, TaskPayloads payloads, TaskLanes lanes, IEnumerable<RecordsTaskType> recordsTypes, IEnumerable<ISubmitRule> rules)
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

        return (definition with { Payload = PayloadOf(definition, before) }, next);
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

    /// <summary>As it will stand in Redis.</summary>
    private JsonElement PayloadOf(ScheduleDefinition definition, ScheduleDefinition? before)
    {
        if (definition.Payload.ValueKind != JsonValueKind.Object)
        {
            throw JsonSubmission.Invalid("Set payload to an object.");
        }

        JsonTexts.EnsureReadable(definition.Payload);
        var json = JsonSerializer.Serialize(definition.Payload);
        if (Encoding.UTF8.GetByteCount(json) > LongestPayload)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge, "payload_too_large", "The payload is too large", "Send at most 64 KiB: each run has a copy of it.");
        }

        // Another service may have registered it, with a type that only its workers know; here it can be paused or put to another time. What is
        // sealed is sent back as it is shown.
        if (before?.Type == definition.Type && JsonSerializer.Serialize(PayloadView.Of(before.Payload)) == json)
        {
            return before.Payload;
        }

        var type = types.Required(definition.Type, isAdmin: true);
        if (!lanes.ServedQueues.Contains(definition.Queue, StringComparer.Ordinal))
        {
            throw Refused(
                "unknown_queue", "Tasks of this type are not run in that queue",
                $"Set queue to one of: {string.Join(", ", lanes.ServedQueues)}.");
        }

        if (_recordsTypes.Contains(type.Name))
        {
            throw Refused("type_needs_records", "This type of task takes a file", "A schedule has no file to give: name a type that takes a payload alone.");
        }

        if (SensitiveProperties.AreIn(type.Payload) && PayloadView.HasHidden(definition.Payload))
        {
            throw JsonSubmission.Invalid($"Set the values of the payload that are shown as {PayloadView.Hidden}: they cannot be kept while others change.");
        }

        var payload = type.DecodeValid(definition.Payload);
        rules.Ensure(payload, person: null);
        return payloads.Seal(type.Name, payload, definition.Payload);
    }

    private static ProblemException Refused(string code, string title, string detail) => new(StatusCodes.Status400BadRequest, code, title, detail);
}
