using Microsoft.Extensions.Caching.Hybrid;

namespace Platform.Redis.Caching;

/// <summary>What one call asks for: the options of its namespace, and of the call where it gives them.</summary>
internal readonly struct CacheCall(CacheNamespace space, HybridCacheEntryOptions? options)
{
    private readonly HybridCacheEntryFlags _flags = options?.Flags ?? HybridCacheEntryFlags.None;

    public CacheNamespace Namespace => space;

    public CacheNamespaceOptions Options => space.Options;

    public bool ReadsMemory => (_flags & HybridCacheEntryFlags.DisableLocalCacheRead) == 0;

    public bool WritesMemory => (_flags & HybridCacheEntryFlags.DisableLocalCacheWrite) == 0;

    public bool ReadsRedis => (_flags & HybridCacheEntryFlags.DisableDistributedCacheRead) == 0;

    public bool WritesRedis => (_flags & HybridCacheEntryFlags.DisableDistributedCacheWrite) == 0;

    public bool MayCompute => (_flags & HybridCacheEntryFlags.DisableUnderlyingData) == 0;

    /// <summary>The times of a value that was made now: on the clock of this process.</summary>
    public CacheTimes TimesFrom(long now, bool isNull)
    {
        var asked = options?.Expiration ?? Options.Expiration;
        if (isNull && Options.NegativeExpiration < asked)
        {
            asked = Options.NegativeExpiration;
        }

        if (asked > CacheKeys.LongestLife)
        {
            asked = CacheKeys.LongestLife;
        }

        var fresh = asked * (1 - (Options.Jitter * Random.Shared.NextDouble()));
        var stale = isNull || asked + Options.StaleFor > CacheKeys.LongestLife ? TimeSpan.Zero : Options.StaleFor;
        return Times(now, now, now + Math.Max(1, (long)fresh.TotalMilliseconds), (long)stale.TotalMilliseconds);
    }

    /// <summary>The times of a value that was made by somebody else, on the clock of this process.</summary>
    public CacheTimes Times(long now, long madeAt, long freshUntil, long staleFor)
    {
        var local = options?.LocalCacheExpiration ?? Options.LocalExpiration;
        var localUntil = local is { } some ? Math.Min(freshUntil, now + (long)some.TotalMilliseconds) : freshUntil;
        var refreshAt = Options.EagerRefresh is { } share
            ? Math.Min(localUntil, madeAt + (long)((freshUntil - madeAt) * share))
            : localUntil;
        return new CacheTimes(refreshAt, localUntil, freshUntil, freshUntil + staleFor);
    }
}
