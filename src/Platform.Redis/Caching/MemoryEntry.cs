using System.Runtime.CompilerServices;

namespace Platform.Redis.Caching;

/// <summary>When a value was made and how long it serves, on <see cref="CacheClock.Now"/>.</summary>
internal readonly record struct CacheTimes(long RefreshAt, long LocalUntil, long FreshUntil, long StaleUntil);

/// <summary>What has to be unchanged for an entry to hold: captured before the value was read or computed.</summary>
internal readonly record struct CacheContext(CacheNamespace Namespace, int Epoch, int Stripe, int StripeVersion, TagStamp[]? Tags);

/// <summary>A tag of an entry, and the generation that it was written under.</summary>
internal readonly record struct TagStamp(GenerationState Tag, long Number)
{
    /// <summary>A later number comes from a process that heard of a clearing before this one did.</summary>
    public bool Holds => Number >= Tag.Number;
}

/// <summary>A value in this process's memory.</summary>
internal abstract class MemoryEntry(string key, KeyStripes stripes, CacheContext context, CacheTimes times, ulong stamp, int size)
{
    private int _refreshing;

    public string Key { get; } = key;

    public CacheNamespace Namespace { get; } = context.Namespace;

    public CacheTimes Times { get; } = times;

    /// <summary>Which stored entry of Redis this is.</summary>
    public ulong Stamp { get; } = stamp;

    /// <summary>In bytes, with everything around the value.</summary>
    public int Size { get; } = size;

    /// <summary>Where it is in the ring of the memory tier, under whose lock it changes; -1 outside.</summary>
    public int RingIndex { get; set; } = -1;

    /// <summary>Whether it was used since the hand last passed.</summary>
    public bool Used { get; set; }

    /// <summary>Written only where it changes: callers on other cores read the same line.</summary>
    public void Use()
    {
        if (!Used)
        {
            Used = true;
        }
    }

    /// <summary>Whether nothing ended it: no clearing, no removal.</summary>
    public bool Holds
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => context.Epoch == Namespace.Epoch && context.StripeVersion == stripes.Version(context.Stripe)
            && (context.Tags is null || TagsHold(context.Tags));
    }

    /// <summary>True for one caller: that one refreshes.</summary>
    public bool TryBeginRefresh() => Interlocked.CompareExchange(ref _refreshing, 1, 0) == 0;

    private static bool TagsHold(TagStamp[] tags)
    {
        foreach (var tag in tags)
        {
            if (!tag.Holds)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The same with its value: one instance for all callers, or the bytes from which each gets its own.</summary>
internal sealed class MemoryEntry<T>(
    string key, KeyStripes stripes, CacheContext context, CacheTimes times, ulong stamp, int size,
    T shared, CacheCodec<T>? codec, ReadOnlyMemory<byte> payload)
    : MemoryEntry(key, stripes, context, times, stamp, size)
{
    private readonly CacheContext _context = context;

    public T Read() => codec is null ? shared : codec.Deserialize(payload);

    /// <summary>The same, answering without another attempt until a time.</summary>
    public MemoryEntry<T> Until(KeyStripes stripes, long time)
    {
        var until = Math.Min(time, Times.StaleUntil);
        return new MemoryEntry<T>(Key, stripes, _context, Times with { RefreshAt = until, LocalUntil = until }, Stamp, Size, shared, codec, payload);
    }
}
