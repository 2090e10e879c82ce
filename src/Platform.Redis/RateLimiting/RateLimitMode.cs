namespace Platform.Redis.RateLimiting;

/// <summary>What a policy does.</summary>
public enum RateLimitMode
{
    /// <summary>It refuses what is over the limit.</summary>
    Enforce,

    /// <summary>It counts what it would refuse, and refuses nothing. It appears in no header.</summary>
    Shadow,

    /// <summary>Nothing: it is not even counted.</summary>
    Off,
}
