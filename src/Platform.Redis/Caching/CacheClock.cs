namespace Platform.Redis.Caching;

/// <summary>
/// Two clocks in milliseconds: one for this process's memory, which costs a few nanoseconds to read, and one for what processes write for
/// each other. Redis's own expiry bounds what clocks that differ can do.
/// </summary>
internal sealed class CacheClock(TimeProvider time)
{
    private long _ahead;

    public long Now => Environment.TickCount64 + _ahead;

    public long UnixNow => time.GetUtcNow().ToUnixTimeMilliseconds() + _ahead;

    /// <summary>For tests: lets time pass.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, (long)by.TotalMilliseconds);
}
