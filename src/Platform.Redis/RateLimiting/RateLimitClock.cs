namespace Platform.Redis.RateLimiting;

/// <summary>Milliseconds that only go forward, rounded down.</summary>
internal sealed class RateLimitClock(TimeProvider time)
{
    private readonly long _perMillisecond = Math.Max(1, time.TimestampFrequency / 1000);

    public long Now => time.GetTimestamp() / _perMillisecond;
}
