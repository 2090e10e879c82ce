namespace Platform.Tasks.Schedules;

/// <summary>What becomes of runs that were missed: nobody looked at the schedule for a while, or Redis was away.</summary>
public enum MissedRuns
{
    /// <summary>They do not happen. What is late by less than <c>Tasks:Schedules:Grace</c> is not missed.</summary>
    Skip,

    /// <summary>One run stands for all of them: that of the last slot.</summary>
    Once,

    /// <summary>Each happens; of very many the last ones.</summary>
    All,
}

/// <summary>What is to happen with a schedule that is due.</summary>
/// <param name="Slots">Those that run, in their order.</param>
/// <param name="Missed">How many others were due.</param>
/// <param name="Next">The first slot to come; null when there is none.</param>
internal sealed record DueRuns(IReadOnlyList<DateTimeOffset> Slots, int Missed, DateTimeOffset? Next)
{
    /// <param name="next">The first slot that nothing became of yet; it is due.</param>
    public static DueRuns Of(ScheduleDefinition schedule, ScheduleTimes times, DateTimeOffset next, DateTimeOffset now, TimeSpan grace)
    {
        var most = schedule.MissedRuns == MissedRuns.All ? schedule.MissedRunsCap : schedule.MissedRuns == MissedRuns.Once ? 1 : int.MaxValue;
        var slots = new Queue<DateTimeOffset>();
        var due = 0;
        foreach (var slot in times.After(next).Prepend(next))
        {
            if (slot > now)
            {
                return new DueRuns([.. slots], due - slots.Count, slot);
            }

            due++;
            if (schedule.MissedRuns == MissedRuns.Skip && now - slot > grace)
            {
                continue;
            }

            slots.Enqueue(slot);
            if (slots.Count > most)
            {
                slots.Dequeue();
            }
        }

        return new DueRuns([.. slots], due - slots.Count, Next: null);
    }
}
