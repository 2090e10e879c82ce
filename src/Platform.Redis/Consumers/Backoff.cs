namespace Platform.Redis.Consumers;

/// <summary>Waits that double from attempt to attempt, up to a longest, spread by a fifth so that what failed together does not return together.</summary>
public static class Backoff
{
    private const double Spread = 0.2;

    /// <summary>How long to wait before the next attempt.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="baseDelay">After the first attempt.</param>
    /// <param name="maxDelay">The longest, before it is spread.</param>
    /// <param name="random">From 0 up to 1.</param>
    public static TimeSpan Delay(int attempt, TimeSpan baseDelay, TimeSpan maxDelay, double random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var ticks = Math.Min(baseDelay.Ticks * Math.Pow(2, Math.Min(attempt - 1, 62)), maxDelay.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (1 - Spread + (2 * Spread * random))));
    }
}
