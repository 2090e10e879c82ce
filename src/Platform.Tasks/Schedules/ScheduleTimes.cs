using System.Text.RegularExpressions;

namespace Platform.Tasks.Schedules;

/// <summary>
/// The slots of a schedule: a cron expression in a time zone. Where clocks are put forward, what would have been in the time that is skipped
/// happens once, at the first moment after it; where they are put back, what is in the time that comes twice happens the first time. A
/// schedule that follows elapsed time (<see cref="CronExpression.FollowsElapsedTime"/>) goes on as clocks on the wall show it: nothing in the
/// time that is skipped, and all of the time that comes twice.
/// </summary>
internal sealed partial class ScheduleTimes
{
    /// <summary>No date comes more seldom than a 29 February around a year without one.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(9 * 366);

    /// <summary>More than clocks are ever changed by.</summary>
    private static readonly TimeSpan Lookback = TimeSpan.FromHours(25);

    /// <summary>Clocks are not changed twice in it.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly CronExpression _cron;
    private readonly TimeZoneInfo _zone;

    private ScheduleTimes(CronExpression cron, TimeZoneInfo zone)
    {
        _cron = cron;
        _zone = zone;
    }

    /// <exception cref="CronFormatException">The expression is not one; the message says what to change.</exception>
    /// <exception cref="TimeZoneNotFoundException">There is no such zone here.</exception>
    public static ScheduleTimes Parse(string cron, string timeZone) => new(CronExpression.Parse(cron), Zone(timeZone));

    /// <summary>Ever later slots, from the first after <paramref name="after"/>; none when there is no such date.</summary>
    public IEnumerable<DateTimeOffset> After(DateTimeOffset after)
    {
        var start = Floor(after.UtcDateTime);
        var end = start + Horizon;
        var last = after.UtcDateTime;
        if (!_cron.FollowsElapsedTime)
        {
            // To know whether the present minutes were there before.
            start -= Lookback;
        }

        // Between two changes of the clocks they are ahead of UTC by the same: the offset.
        TimeSpan? before = null;
        while (start < end)
        {
            var offset = _zone.GetUtcOffset(start);
            var from = start + offset;
            if (!_cron.FollowsElapsedTime && before is { } old)
            {
                if (offset > old && start > last && _cron.Next(start + old, from) is not null)
                {
                    last = start;
                    yield return start;
                }

                // Put back: until the clocks show again what they showed before, all has been.
                from = offset < old ? start + old : from;
            }

            var checkedUntil = start;
            DateTime? change = null;
            while (change is null && checkedUntil < end)
            {
                var local = _cron.Next(from, end + offset);
                var slot = local - offset ?? end;
                change = Change(checkedUntil, slot, offset);
                if (change is null && local is not null)
                {
                    if (slot > last)
                    {
                        last = slot;
                        yield return slot;
                    }

                    from = local.Value + Minute;
                }

                checkedUntil = slot;
            }

            (before, start) = (offset, change ?? end);
        }
    }

    /// <summary>The first minute after <paramref name="from"/>, up to <paramref name="to"/>, at which the offset is another.</summary>
    private DateTime? Change(DateTime from, DateTime to, TimeSpan offset)
    {
        while (from < to)
        {
            var until = to - from > Step ? from + Step : to;
            if (_zone.GetUtcOffset(until) != offset)
            {
                while (until - from > Minute)
                {
                    var middle = Floor(from + ((until - from) / 2));
                    (from, until) = _zone.GetUtcOffset(middle) == offset ? (middle, until) : (from, middle);
                }

                return until;
            }

            from = until;
        }

        return null;
    }

    private static DateTime Floor(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));

    private static TimeZoneInfo Zone(string id)
    {
        try
        {
            return ZoneId().IsMatch(id) ? TimeZoneInfo.FindSystemTimeZoneById(id) : throw new TimeZoneNotFoundException();
        }
        catch (Exception exception) when (exception is InvalidTimeZoneException or System.Security.SecurityException)
        {
            // A file among the zones that is none.
            throw new TimeZoneNotFoundException(exception.Message, exception);
        }
    }

    [GeneratedRegex(@"^[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+){0,2}$")]
    private static partial Regex ZoneId();
}
