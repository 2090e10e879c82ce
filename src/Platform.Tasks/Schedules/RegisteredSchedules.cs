using Platform.Tasks.Queues;

namespace Platform.Tasks.Schedules;

/// <summary>
/// The schedules that code of this process registers. At the start each is written where it is not there, or where it is as code gave it
/// before; what an administrator changed, paused or deleted stays so.
/// </summary>
internal sealed class RegisteredSchedules(ScheduleStore schedules, IEnumerable<RegisteredSchedule> registered, TaskLanes lanes, ILogger<RegisteredSchedules> logger)
{
    private const int MostTries = 10;

    // A queue that is not there, or two schedules of one name, keep the process from starting.
    private readonly Dictionary<string, ScheduleDefinition> _definitions = registered.ToDictionary(
        schedule => schedule.Name,
        schedule => schedule.Definition with
        {
            Queue = lanes.Find(schedule.Definition.Queue.Length == 0 ? lanes.Queues[0] : schedule.Definition.Queue, schedule.Definition.Priority).Queue,
        },
        StringComparer.Ordinal);

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_definitions.Count == 0)
        {
            return;
        }

        var (now, _) = await schedules.FirstDueAsync(cancellationToken);
        foreach (var (name, definition) in _definitions)
        {
            await SaveAsync(name, definition, now, cancellationToken);
        }
    }

    private async Task SaveAsync(string name, ScheduleDefinition definition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var json = definition.ToJson();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var seen = await schedules.FindAsync(name, cancellationToken);
            if (seen is not null && (seen.IsRemoved || seen.Registered == json || seen.Definition != seen.Registered))
            {
                return;
            }

            var enabled = seen?.Enabled ?? true;
            var keepsNext = seen is not null && ScheduleDefinition.Parse(seen.Definition).HasTimesOf(definition);
            DateTimeOffset? next = enabled ? definition.Times().After(now).First() : null;
            switch (await schedules.SaveAsync(name, seen, definition, enabled, next, keepsNext, json, cancellationToken))
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
}

/// <param name="Definition">Its queue is empty where the first is meant.</param>
internal sealed record RegisteredSchedule(string Name, ScheduleDefinition Definition);
