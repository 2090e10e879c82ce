namespace Platform.Redis.RateLimiting;

/// <summary>A named limit: <c>RateLimiting:Policies:{name}</c>.</summary>
public sealed record RateLimitPolicyOptions
{
    /// <summary>How it counts.</summary>
    /// <value><see cref="RateLimitAlgorithm.Gcra"/>.</value>
    public RateLimitAlgorithm Algorithm { get; set; }

    /// <summary>Permits per window; with <see cref="RateLimitAlgorithm.Concurrency"/>, at once.</summary>
    /// <value>100.</value>
    public int Limit { get; set; } = 100;

    /// <summary>The window; with <see cref="RateLimitAlgorithm.Concurrency"/>, how long a permit lasts that nobody renews.</summary>
    /// <value>One minute; 10 ms to 24 hours.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Permits that may be used at once: GCRA and token bucket.</summary>
    /// <value>The limit.</value>
    public int? Burst { get; set; }

    /// <summary>Who is counted.</summary>
    /// <value><see cref="RateLimitBy.User"/>.</value>
    public RateLimitBy By { get; set; } = RateLimitBy.User;

    /// <summary>Whether it applies to every endpoint, or only to those that name it with <c>RequireRateLimiting</c>.</summary>
    public bool Global { get; set; }

    /// <summary>What it does.</summary>
    /// <value><see cref="RateLimitMode.Enforce"/>.</value>
    public RateLimitMode Mode { get; set; }

    /// <summary>What it does while Redis is away.</summary>
    /// <value><see cref="RateLimitFailureMode.LocalBounded"/>.</value>
    public RateLimitFailureMode WhenRedisIsAway { get; set; }

    /// <summary>Whether permits are given back when the answer is a 5xx.</summary>
    public bool RefundServerErrors { get; set; }

    /// <summary>Whether a busy partition's permits may be taken in chunks and handed out in the process.</summary>
    /// <value>True. Never grants more than the limit; a process that dies takes at most a tenth of a limit with it.</value>
    public bool LeaseInChunks { get; set; } = true;

    /// <summary>The claim whose value chooses one of <see cref="Tiers"/>.</summary>
    public string? TierClaim { get; set; }

    /// <summary>Other figures by value of <see cref="TierClaim"/>. Who has none of these values gets the policy's own.</summary>
    public Dictionary<string, RateLimitTier> Tiers { get; set; } = [];
}
