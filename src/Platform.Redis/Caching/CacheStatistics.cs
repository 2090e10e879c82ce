namespace Platform.Redis.Caching;

/// <summary>What the cache of one process counted since it started.</summary>
/// <param name="MemoryBytes">Bytes that entries take in its memory.</param>
/// <param name="MemoryEntries">How many they are.</param>
/// <param name="Namespaces">The same by namespace.</param>
public sealed record CacheStatistics(long MemoryBytes, long MemoryEntries, IReadOnlyList<CacheNamespaceStatistics> Namespaces);

/// <summary>What one namespace counted in one process since it started.</summary>
/// <param name="Name">The namespace.</param>
/// <param name="MemoryHits">Answers from memory.</param>
/// <param name="RedisHits">Answers from Redis.</param>
/// <param name="Misses">Callers that waited for a value to be computed, here or elsewhere.</param>
/// <param name="Stale">Answers with a value that had expired.</param>
/// <param name="Factories">How often a factory ran here.</param>
/// <param name="FactoryFailures">How often it failed or took too long.</param>
/// <param name="FactoryMilliseconds">How long all of them took together.</param>
/// <param name="MemoryEntries">Entries in memory.</param>
/// <param name="MemoryBytes">Bytes that they take.</param>
/// <param name="RedisBytes">Bytes written to Redis.</param>
/// <param name="Evictions">Entries that had to make room in memory.</param>
public sealed record CacheNamespaceStatistics(
    string Name, long MemoryHits, long RedisHits, long Misses, long Stale, long Factories, long FactoryFailures, long FactoryMilliseconds,
    long MemoryEntries, long MemoryBytes, long RedisBytes, long Evictions);
