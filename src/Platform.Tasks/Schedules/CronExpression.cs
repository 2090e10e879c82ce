namespace Platform.Tasks.Schedules;

/// <summary>
/// When something is to happen, as Vixie cron writes it: minute, hour, day of month, month and day of week. Where both days are
/// restricted, either will do. It knows no time zone: <see cref="ScheduleTimes"/> does.
/// </summary>
internal sealed class CronExpression
{
    public const int LongestText = 200;

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@hourly"] = "0 * * * *", ["@daily"] = "0 0 * * *", ["@midnight"] = "0 0 * * *", ["@weekly"] = "0 0 * * 0", ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *", ["@annually"] = "0 0 1 1 *",
    };

    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _days;
    private readonly ulong _months;
    private readonly ulong _weekdays;
    private readonly bool _eitherDay;

    private CronExpression(string[] fields)
    {
        _minutes = CronField.Minute.Parse(fields[0]);
        _hours = CronField.Hour.Parse(fields[1]);
        _days = CronField.DayOfMonth.Parse(fields[2]);
        _months = CronField.Month.Parse(fields[3]);
        _weekdays = CronField.DayOfWeek.Parse(fields[4]);
        _weekdays |= _weekdays >> 7;
        FollowsElapsedTime = IsStar(fields[0]) || IsStar(fields[1]);
        _eitherDay = !IsStar(fields[2]) && !IsStar(fields[4]);
    }

    /// <summary>
    /// Whether minute or hour begin with <c>*</c>: such a schedule means "so often", the others "at that time of day". The two differ on the
    /// days on which clocks are put forward or back.
    /// </summary>
    public bool FollowsElapsedTime { get; }

    /// <exception cref="CronFormatException">It says what to change.</exception>
    public static CronExpression Parse(string text)
    {
        text = text.Trim();
        if (text.Length > LongestText)
        {
            throw new CronFormatException($"A cron expression has at most {LongestText} characters.");
        }

        if (text.StartsWith('@') && !Names.TryGetValue(text, out text!))
        {
            throw new CronFormatException($"There is no such name; use one of {string.Join(", ", Names.Keys)}, or five fields.");
        }

        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5
            ? new CronExpression(fields)
            : throw new CronFormatException(
                $"There are {fields.Length} fields; write five: minute, hour, day of month, month, day of week, as in '0 3 * * 1-5'. Neither seconds nor years are told.");
    }

    /// <summary>The first minute from <paramref name="from"/> on, before <paramref name="end"/>, on a clock that is never changed.</summary>
    public DateTime? Next(DateTime from, DateTime end)
    {
        // Up to a whole minute.
        from = from.AddTicks((TimeSpan.TicksPerMinute - (from.Ticks % TimeSpan.TicksPerMinute)) % TimeSpan.TicksPerMinute);
        while (from < end)
        {
            if ((_months >> from.Month & 1) == 0)
            {
                from = from.Date.AddDays(1 - from.Day).AddMonths(1);
            }
            else if (!IsDay(from) || TimeOfDay(from) is not { } time)
            {
                from = from.Date.AddDays(1);
            }
            else
            {
                return from.Date + time < end ? from.Date + time : null;
            }
        }

        return null;
    }

    private bool IsDay(DateTime day)
    {
        var (ofMonth, ofWeek) = ((_days >> day.Day & 1) == 1, (_weekdays >> (int)day.DayOfWeek & 1) == 1);
        return _eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
    }

    private TimeSpan? TimeOfDay(DateTime from)
    {
        if (CronField.Next(_hours, from.Hour) is not { } hour)
        {
            return null;
        }

        if (CronField.Next(_minutes, hour == from.Hour ? from.Minute : 0) is { } minute)
        {
            return new TimeSpan(hour, minute, 0);
        }

        return CronField.Next(_hours, hour + 1) is { } later ? new TimeSpan(later, CronField.Next(_minutes, 0)!.Value, 0) : null;
    }

    private static bool IsStar(string field) => field.StartsWith('*');
}
