namespace Platform.Redis.Fallback;

/// <summary>What capabilities that need shared state do while Redis is away; <see cref="RedisOptions.Fallback"/>.</summary>
public enum RedisFallback
{
    /// <summary>They refuse: 503.</summary>
    None,

    /// <summary>They accept in memory, bounded, and account for it on return. In Development only: each process is on its own.</summary>
    Memory,
}
