using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Caching;

/// <summary>
/// The first tier: this process's memory, bounded in bytes. Room is made before an entry goes in, by the clock algorithm: a hand goes round
/// and takes what was not used since it last passed, and at once what has ended.
/// </summary>
internal sealed class MemoryTier(IOptions<CachingOptions> options, CacheClock clock)
{
    // An entry object, its node and bucket in the dictionary, its place in the ring, a boxed or wrapped value.
    private const int Overhead = 288;

    private readonly ConcurrentDictionary<string, MemoryEntry> _entries = new(StringComparer.Ordinal);
    private readonly long _limit = options.Value.MemoryLimitBytes;
    private readonly Lock _gate = new();
    private MemoryEntry?[] _ring = new MemoryEntry?[1024];
    private int _count;
    private int _hand;
    private long _bytes;

    /// <summary>The bytes taken, never more than the limit.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public int Count => Volatile.Read(ref _count);

    public static int SizeOf(string key, int payload, int tags) => Overhead + (2 * key.Length) + payload + (tags == 0 ? 0 : 24 + (16 * tags));

    public bool TryGet(string key, [NotNullWhen(true)] out MemoryEntry? entry) => _entries.TryGetValue(key, out entry);

    public bool TryGet(ReadOnlySpan<char> key, [NotNullWhen(true)] out MemoryEntry? entry) =>
        _entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out entry);

    /// <summary>Whether it fits is decided here; one that ended while it was on its way, or takes more than a quarter of the memory, is not kept.</summary>
    public void Put(MemoryEntry entry)
    {
        if (entry.Size > _limit / 4)
        {
            Remove(entry.Key);
            return;
        }

        lock (_gate)
        {
            if (!entry.Holds)
            {
                return;
            }

            if (_entries.TryGetValue(entry.Key, out var before))
            {
                Forget(before, evicted: false);
            }

            while (_bytes + entry.Size > _limit)
            {
                // The newest entry takes the place; the hand passes it by, so that it has a whole round to be used in.
                Forget(Victim(), evicted: true);
                _hand++;
            }

            if (_count == _ring.Length)
            {
                Array.Resize(ref _ring, 2 * _count);
            }

            entry.RingIndex = _count;
            _ring[_count++] = entry;
            _bytes += entry.Size;
            _entries[entry.Key] = entry;
            entry.Namespace.Counters.Remembered(entry.Size);
        }
    }

    public void Remove(string key)
    {
        if (!_entries.ContainsKey(key))
        {
            return;
        }

        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                Forget(entry, evicted: false);
            }
        }
    }

    /// <summary>Forgets what has ended, some entries at a time, so that what nobody asks for again does not stay until room is needed.</summary>
    public void Sweep(int most)
    {
        for (var done = 0; done < most; done += 64)
        {
            lock (_gate)
            {
                for (var i = 0; i < 64 && _count > 0; i++)
                {
                    _hand = _hand >= _count ? 0 : _hand;
                    var entry = _ring[_hand]!;
                    if (HasEnded(entry))
                    {
                        Forget(entry, evicted: false);
                    }
                    else
                    {
                        _hand++;
                    }
                }
            }
        }
    }

    private MemoryEntry Victim()
    {
        while (true)
        {
            _hand = _hand >= _count ? 0 : _hand;
            var entry = _ring[_hand]!;
            if (!entry.Used || HasEnded(entry))
            {
                return entry;
            }

            entry.Used = false;
            _hand++;
        }
    }

    private bool HasEnded(MemoryEntry entry) => !entry.Holds || entry.Times.StaleUntil <= clock.Now;

    private void Forget(MemoryEntry entry, bool evicted)
    {
        _entries.TryRemove(entry.Key, out _);
        var last = _ring[--_count]!;
        _ring[entry.RingIndex] = last;
        last.RingIndex = entry.RingIndex;
        _ring[_count] = null;
        entry.RingIndex = -1;
        _bytes -= entry.Size;
        entry.Namespace.Counters.Forgot(entry.Size, evicted);
    }
}
