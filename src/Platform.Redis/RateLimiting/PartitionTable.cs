using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Redis.Keys;

namespace Platform.Redis.RateLimiting;

/// <summary>The partitions that the process remembers. Bounded: where it is full, new ones are served and forgotten.</summary>
internal sealed class PartitionTable(IOptions<RedisRateLimitingOptions> options, Keyspace keyspace, PartitionHash hash, RateLimitClock clock)
{
    /// <summary>Longer than a denial or a lease of permits is of use.</summary>
    private const long IdleLimit = 5_000;

    private readonly ConcurrentDictionary<PartitionName, Partition> _partitions = new();
    private readonly int _most = options.Value.MaxLocalPartitions;
    private int _count;

    /// <summary>Stands for all that are not kept, where something must be remembered of them.</summary>
    public Partition Others { get; } = new("others", true, keyspace);

    public int Count => Volatile.Read(ref _count);

    public ICollection<Partition> All => _partitions.Values;

    public Partition Of(in PartitionName name) => Of(name, clock.Now);

    public Partition Of(in PartitionName name, long now)
    {
        if (!_partitions.TryGetValue(name, out var partition))
        {
            var room = Count < _most;
            partition = new Partition(hash.Of(name), room, keyspace);
            if (room)
            {
                var kept = _partitions.GetOrAdd(name, partition);
                if (ReferenceEquals(kept, partition))
                {
                    Interlocked.Increment(ref _count);
                }

                partition = kept;
            }
        }

        // Written only where it changes: callers on other cores read the same line.
        if (partition.LastUsed != now)
        {
            partition.LastUsed = now;
        }

        return partition;
    }

    /// <summary>Drops what was not asked for in a while. What Redis must still hear of stays.</summary>
    public void DropIdle()
    {
        var now = clock.Now;
        foreach (var (name, partition) in _partitions)
        {
            if (now - partition.LastUsed > IdleLimit && !partition.States.Any(state => state.Leased is { Left: > 0 } || state.HasUnreported)
                && _partitions.TryRemove(name, out _))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
