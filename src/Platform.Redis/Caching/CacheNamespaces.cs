namespace Platform.Redis.Caching;

/// <summary>The namespaces of the cache: what they counted in this process, and the way to clear one everywhere.</summary>
public sealed class CacheNamespaces
{
    /// <summary>Stands for all keys outside the declared namespaces.</summary>
    public const string Other = "other";

    private readonly RedisHybridCache _cache;
    private readonly CacheNamespaceTable _namespaces;
    private readonly MemoryTier _memory;

    internal CacheNamespaces(RedisHybridCache cache, CacheNamespaceTable namespaces, MemoryTier memory)
    {
        _cache = cache;
        _namespaces = namespaces;
        _memory = memory;
    }

    /// <summary>Ends every entry of a namespace, in this and all other processes, however many there are. Others hear of it within 100 ms, or 5 s where the message is lost.</summary>
    /// <param name="name">A declared namespace, or <see cref="Other"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False where no such namespace is declared.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses; nothing is promised about who heard.</exception>
    public async Task<bool> ClearAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_namespaces.TryGet(name, out var space))
        {
            return false;
        }

        await _cache.ClearAsync(space, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>What this process counted since it started.</summary>
    public CacheStatistics GetStatistics() => new(_memory.Bytes, _memory.Count, [.. _namespaces.All.Select(Of)]);

    private static CacheNamespaceStatistics Of(CacheNamespace space)
    {
        var counters = space.Counters;
        return new CacheNamespaceStatistics(
            space.Name, counters.MemoryHits, counters.RedisHits, counters.Misses, counters.Stale, counters.Factories, counters.FactoryFailures,
            counters.FactoryMilliseconds, counters.MemoryEntries, counters.MemoryBytes, counters.RedisBytes, counters.Evictions);
    }
}
