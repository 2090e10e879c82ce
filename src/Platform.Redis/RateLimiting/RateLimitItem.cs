using System.Runtime.InteropServices;

namespace Platform.Redis.RateLimiting;

/// <summary>One policy of one request, and how it was decided.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct RateLimitItem
{
    public RateLimitPolicy Policy;
    public RateLimitRule Rule;
    public PolicyState State;
    public int Cost;

    public RateLimitOutcome Outcome;

    /// <summary>Decided without Redis.</summary>
    public bool Settled;

    /// <summary>Over the limit, in whatever mode.</summary>
    public bool Refused;

    /// <summary>Permits taken, so that they can be given back.</summary>
    public int Taken;

    /// <summary>Where they were taken from, if not from Redis.</summary>
    public LeasedPermits? From;

    /// <summary>The lease that this request holds under a concurrency policy.</summary>
    public HeldPermits? Held;

    /// <summary>The same while Redis is away.</summary>
    public LocalShare? HeldIn;

    public int Remaining;

    /// <summary>When the limit is whole again, by the process's clock.</summary>
    public long ResetAt;

    /// <summary>How long Redis's answer took, in ms; known where permits may be given back.</summary>
    public long Waited;

    /// <summary>When it would be allowed; <see cref="long.MaxValue"/>: never.</summary>
    public long RetryAt;

    public readonly bool Refuses => Refused && !Rule.Shadow;
}
