namespace Platform.Redis;

/// <summary>What the breaker of <see cref="RedisStore"/> does with the next operation.</summary>
public enum RedisBreakerState
{
    /// <summary>Sends it.</summary>
    Closed,

    /// <summary>Refuses it at once; a probe is under way that may close the breaker.</summary>
    HalfOpen,

    /// <summary>Refuses it at once.</summary>
    Open,
}
