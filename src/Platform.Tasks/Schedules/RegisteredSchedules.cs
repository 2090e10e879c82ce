using Platform.Tasks.Payloads;
using Platform.Tasks.Queues;

namespace Platform.Tasks.Schedules;

/// <summary>
/// The schedules that code of this process registers. At the start each is written where it is not there, or where it is as code gave it
/// before; what an administrator changed, paused or deleted stays so.
/// </summary>
internal sealed class RegisteredSchedules(
    ScheduleStore schedules, IEnumerable<RegisteredSchedule> registered, TaskPayloads payloads, TaskLanes lanes, ILogger<RegisteredSchedules> logger)
{
    private const int MostTries = 10;

    // A queue that is not there, or two schedules of one name, keep the process from starting.
    private readonly Dictionary<string, RegisteredSchedule> _schedules = registered.ToDictionary(
        schedule => schedule.Name,
        schedule => schedule with
        {
            Definition = schedule.Definition with
            {
                Queue = lanes.Find(schedule.Definition.Queue.Length == 0 ? lanes.Queues[0] : schedule.Definition.Queue, schedule.Definition.Priority).Queue,
            },
        },
        StringComparer.Ordinal);

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_schedules.Count == 0)
        {
            return;
        }

        var (now, _) = await schedules.FirstDueAsync(cancellationToken);
        foreach (var schedule in _schedules.Values)
        {
            await SaveAsync(schedule, now, cancellationToken);
        }
    }

    private async Task SaveAsync(RegisteredSchedule schedule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = schedule.Name;
        var definition = schedule.Definition with { Payload = payloads.Seal(schedule.Definition.Type, schedule.Payload, schedule.Definition.Payload) };
        for (var tries = 0; tries < MostTries; tries++)
        {
            var seen = await schedules.FindAsync(name, cancellationToken);
            if (seen is not null && (seen.IsRemoved || IsSame(schedule, seen.Registered) || seen.Definition != seen.Registered))
            {
                return;
            }

            var enabled = seen?.Enabled ?? true;
            var keepsNext = seen is not null && ScheduleDefinition.Parse(seen.Definition).HasTimesOf(definition);
            DateTimeOffset? next = enabled ? definition.Times().After(now).First() : null;
            switch (await schedules.SaveAsync(name, seen, definition, enabled, next, keepsNext, definition.ToJson(), cancellationToken))
            {
                case SaveOutcome.Saved:
                    logger.ScheduleRegistered(name);
                    return;
                case SaveOutcome.TooMany:
                    logger.TooManySchedules(name);
                    return;
            }
        }
    }

    /// <summary>Whether a definition that was written before is the one that is given now: what is sealed is never the same twice.</summary>
    private bool IsSame(RegisteredSchedule given, string? json)
    {
        if (json is null)
        {
            return false;
        }

        var before = ScheduleDefinition.Parse(json);
        return payloads.IsSame(given.Definition.Type, before.Payload, given.Payload, given.Definition.Payload)
            && (before with { Payload = given.Definition.Payload }).ToJson() == given.Definition.ToJson();
    }
}

/// <param name="Definition">Its queue is empty where the first is meant.</param>
/// <param name="Payload">What its definition has as JSON, in the clear.</param>
internal sealed record RegisteredSchedule(string Name, ScheduleDefinition Definition, object Payload);
