namespace Platform.Redis.RateLimiting;

/// <summary>How a policy counts.</summary>
public enum RateLimitAlgorithm
{
    /// <summary>
    /// The generic cell rate algorithm: permits come back one by one, evenly over the window, up to the burst. One timestamp per
    /// partition. In any window at most limit + burst are granted.
    /// </summary>
    Gcra,

    /// <summary>
    /// A counter that begins with a partition's first request and ends after the window. Exactly the limit per window; two windows may
    /// meet, so that twice the limit is granted around their edge.
    /// </summary>
    FixedWindow,

    /// <summary>
    /// Two counters, the previous window's weighted by what still overlaps. Even traffic stays within the limit in any window; a burst
    /// at the very end of a window may be followed by up to the limit again in the course of the next one.
    /// </summary>
    SlidingWindow,

    /// <summary>A bucket of <see cref="RateLimitPolicyOptions.Burst"/> permits, refilled continuously by the limit per window.</summary>
    TokenBucket,

    /// <summary>How many requests may run at once. A permit expires when its holder stops renewing it.</summary>
    Concurrency,
}
