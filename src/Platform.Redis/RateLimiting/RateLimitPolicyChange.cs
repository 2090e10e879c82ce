namespace Platform.Redis.RateLimiting;

/// <summary>What an administrator changes of a configured policy. What is left out stays as configured.</summary>
public sealed record RateLimitPolicyChange
{
    /// <summary>Permits per window.</summary>
    public int? Limit { get; init; }

    /// <summary>The window: <c>00:01:00</c>.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Permits that may be used at once.</summary>
    public int? Burst { get; init; }

    /// <summary>What it does.</summary>
    public RateLimitMode? Mode { get; init; }

    /// <summary>What it does while Redis is away.</summary>
    public RateLimitFailureMode? WhenRedisIsAway { get; init; }

    /// <summary>Figures by value of the tier claim: in place of all the configured ones.</summary>
    public Dictionary<string, RateLimitTier>? Tiers { get; init; }

    /// <summary>The policy with the change.</summary>
    public RateLimitPolicyOptions ApplyTo(RateLimitPolicyOptions policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy with
        {
            Limit = Limit ?? policy.Limit,
            Window = Window ?? policy.Window,
            Burst = Burst ?? policy.Burst,
            Mode = Mode ?? policy.Mode,
            WhenRedisIsAway = WhenRedisIsAway ?? policy.WhenRedisIsAway,
            Tiers = Tiers ?? policy.Tiers,
        };
    }
}
