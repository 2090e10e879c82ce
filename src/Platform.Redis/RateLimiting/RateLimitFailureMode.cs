namespace Platform.Redis.RateLimiting;

/// <summary>What a policy does while Redis is away.</summary>
public enum RateLimitFailureMode
{
    /// <summary>
    /// This instance hands out its share: the limit divided by the instances known last. In the window in which Redis went away it is
    /// that share divided once more, so that over all instances no more than limit x (1 + 1/instances) is granted.
    /// </summary>
    LocalBounded,

    /// <summary>Everything is allowed.</summary>
    Open,

    /// <summary>Everything is refused, with 503.</summary>
    Closed,
}
