namespace Platform.Redis.Keys;

/// <summary>How long the keys of a family may live. Either they expire, or there is a reason why they do not.</summary>
public readonly record struct KeyTtl
{
    private KeyTtl(TimeSpan? longest, string? reason)
    {
        Longest = longest;
        Reason = reason;
    }

    /// <summary>The longest time to live; null where the keys do not expire.</summary>
    public TimeSpan? Longest { get; }

    /// <summary>Why the keys do not expire; null where they do.</summary>
    public string? Reason { get; }

    /// <summary>Every key expires, at the latest after this time.</summary>
    public static KeyTtl Within(TimeSpan longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(longest, TimeSpan.Zero);
        return new KeyTtl(longest, null);
    }

    /// <summary>The keys do not expire, because.</summary>
    public static KeyTtl None(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new KeyTtl(null, reason);
    }

    /// <summary>As the registry's document prints it: <c>30 d</c>, <c>15 min</c>, or <c>none: reason</c>.</summary>
    public override string ToString() => Longest is { } longest ? Format(longest) : $"none: {Reason}";

    private static string Format(TimeSpan time) => time switch
    {
        _ when time.Ticks % TimeSpan.TicksPerDay == 0 => $"{time.TotalDays} d",
        _ when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.TotalHours} h",
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.TotalMinutes} min",
        _ when time.Ticks % TimeSpan.TicksPerSecond == 0 => $"{time.TotalSeconds} s",
        _ => $"{time.TotalMilliseconds} ms",
    };
}
