using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Redis.Caching;

/// <summary>The computations under way in this process, by key and type.</summary>
internal sealed class FactoryFlights(KeyStripes stripes)
{
    private readonly ConcurrentDictionary<(string Key, Type Type), object> _flights = new();

    // The dictionary's own count and emptiness take its locks; this is looked at on every read.
    private int _count;

    public bool IsUnderWay<T>(string key) => Volatile.Read(ref _count) != 0 && _flights.ContainsKey((key, typeof(T)));

    /// <summary>Joins one that is under way. Not one that the key was removed after: whoever comes after a removal is owed what is new.</summary>
    private bool TryJoin<T>(string key, [NotNullWhen(true)] out FactoryFlight<T>? flight)
    {
        flight = null;
        if (_flights.TryGetValue((key, typeof(T)), out var found))
        {
            var known = (FactoryFlight<T>)found;
            if (known.StripeVersion == VersionOf(key) && known.TryJoin())
            {
                flight = known;
                return true;
            }

            Remove(KeyValuePair.Create((key, typeof(T)), found));
        }

        return false;
    }

    /// <summary>Joins the one under way, or begins one.</summary>
    /// <returns>Whether it was begun by this caller.</returns>
    public bool JoinOrStart<T>(string key, Func<CancellationToken, Task<MemoryEntry<T>>> run, out FactoryFlight<T> flight)
    {
        var started = new FactoryFlight<T>(VersionOf(key));
        var slot = KeyValuePair.Create((key, typeof(T)), (object)started);
        while (true)
        {
            if (TryJoin<T>(key, out var known))
            {
                flight = known;
                return false;
            }

            if (_flights.TryAdd(slot.Key, started))
            {
                Interlocked.Increment(ref _count);
                started.Start(run, () => Remove(slot));
                flight = started;
                return true;
            }
        }
    }

    private int VersionOf(string key) => stripes.Version(KeyStripes.Of(key));

    private void Remove(KeyValuePair<(string, Type), object> slot)
    {
        if (_flights.TryRemove(slot))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
