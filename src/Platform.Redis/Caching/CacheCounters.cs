using Platform.Redis.Diagnostics;

namespace Platform.Redis.Caching;

/// <summary>What a namespace counted since the process started.</summary>
internal sealed class CacheCounters
{
    private readonly StripedCounter _memoryHits = new();
    private readonly StripedCounter _redisHits = new();
    private long _misses;
    private long _stale;
    private long _factories;
    private long _factoryFailures;
    private long _factoryMilliseconds;
    private long _memoryBytes;
    private long _memoryEntries;
    private long _evictions;
    private long _redisBytes;

    public long MemoryHits => _memoryHits.Sum;

    public long RedisHits => _redisHits.Sum;

    public long Misses => Volatile.Read(ref _misses);

    public long Stale => Volatile.Read(ref _stale);

    public long Factories => Volatile.Read(ref _factories);

    public long FactoryFailures => Volatile.Read(ref _factoryFailures);

    public long FactoryMilliseconds => Volatile.Read(ref _factoryMilliseconds);

    public long MemoryBytes => Volatile.Read(ref _memoryBytes);

    public long MemoryEntries => Volatile.Read(ref _memoryEntries);

    public long Evictions => Volatile.Read(ref _evictions);

    public long RedisBytes => Volatile.Read(ref _redisBytes);

    public void MemoryHit() => _memoryHits.Increment();

    public void RedisHit() => _redisHits.Increment();

    public void Missed() => Interlocked.Increment(ref _misses);

    public void ServedStale() => Interlocked.Increment(ref _stale);

    public void FactoryRan(TimeSpan took, bool failed)
    {
        Interlocked.Increment(ref _factories);
        Interlocked.Add(ref _factoryMilliseconds, (long)took.TotalMilliseconds);
        if (failed)
        {
            Interlocked.Increment(ref _factoryFailures);
        }
    }

    public void Remembered(int bytes)
    {
        Interlocked.Add(ref _memoryBytes, bytes);
        Interlocked.Increment(ref _memoryEntries);
    }

    public void Forgot(int bytes, bool evicted)
    {
        Interlocked.Add(ref _memoryBytes, -bytes);
        Interlocked.Decrement(ref _memoryEntries);
        if (evicted)
        {
            Interlocked.Increment(ref _evictions);
        }
    }

    public void Stored(int bytes) => Interlocked.Add(ref _redisBytes, bytes);
}
