using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Platform.Tasks.Schedules;

/// <summary>
/// Enqueues what is due. Any number of schedulers do, and none leads: what is due is asked of Redis each time, and the script that enqueues
/// a run takes it only from the slot that was seen.
/// </summary>
internal sealed class Scheduler(ScheduleStore schedules, SchedulesMetrics metrics, IOptions<SchedulesOptions> options, ILogger<Scheduler> logger)
{
    private const int MostAtOnce = 100;

    /// <summary>So long what cannot be read here is left to others.</summary>
    private static readonly TimeSpan Deferral = TimeSpan.FromMinutes(1);

    /// <param name="now">By the clock of Redis.</param>
    /// <param name="cancellationToken">Ends it anywhere; what is left is still due.</param>
    public async Task RunDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        TaskSchedule[] due;
        do
        {
            due = await schedules.DueAsync(now, MostAtOnce, cancellationToken);
            await Task.WhenAll(due.Select(schedule => RunDueAsync(schedule, now, cancellationToken)));
        }
        while (due.Length == MostAtOnce);
    }

    private async Task RunDueAsync(TaskSchedule schedule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Fired, changed or deleted since the due ones were listed.
        if (schedule.Next is not { } next || next > now)
        {
            return;
        }

        ScheduleDefinition definition;
        ScheduleTimes times;
        try
        {
            definition = ScheduleDefinition.Parse(schedule.Definition);
            times = definition.Times();
        }
        catch (Exception exception) when (exception is JsonException or CronFormatException or TimeZoneNotFoundException)
        {
            logger.ScheduleUnreadable(exception, schedule.Name);
            await schedules.DeferAsync(schedule.Name, now + Deferral, cancellationToken);
            return;
        }

        await FireAsync(schedule, definition, DueRuns.Of(definition, times, next, now, options.Value.Grace), now, cancellationToken);
    }

    private async Task FireAsync(TaskSchedule schedule, ScheduleDefinition definition, DueRuns due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (due.Slots.Count == 0)
        {
            if (await schedules.FireAsync(schedule, definition, slot: null, due.Next, cancellationToken))
            {
                TellMissed(schedule, definition, due);
            }

            return;
        }

        // From slot to slot, so that after a crash the next scheduler goes on where this one ended.
        for (var i = 0; i < due.Slots.Count; i++)
        {
            var next = i + 1 < due.Slots.Count ? due.Slots[i + 1] : due.Next;
            if (!await schedules.FireAsync(schedule, definition, due.Slots[i], next, cancellationToken))
            {
                return;
            }

            metrics.Enqueued(definition.Type, now - due.Slots[i]);
            schedule = schedule with { Next = next };
            if (i == 0)
            {
                TellMissed(schedule, definition, due);
            }
        }
    }

    private void TellMissed(TaskSchedule schedule, ScheduleDefinition definition, DueRuns due)
    {
        if (due.Missed > 0)
        {
            metrics.Missed(definition.MissedRuns, due.Missed);
            logger.RunsMissed(due.Missed, schedule.Name, definition.MissedRuns);
        }
    }
}
