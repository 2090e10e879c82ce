namespace Platform.Redis.RateLimiting;

/// <summary>What callers with a certain claim value get instead of the policy's own figures.</summary>
public sealed record RateLimitTier
{
    /// <summary>Permits per window.</summary>
    public int Limit { get; set; }

    /// <summary>Permits that may be used at once.</summary>
    /// <value>The limit.</value>
    public int? Burst { get; set; }
}
