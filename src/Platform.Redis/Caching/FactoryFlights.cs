using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Platform.Redis.Caching;

/// <summary>The computations under way in this process, by key and type.</summary>
internal sealed class FactoryFlights
{
    private readonly ConcurrentDictionary<(string Key, Type Type), object> _flights = new();

    public bool IsUnderWay<T>(string key) => !_flights.IsEmpty && _flights.ContainsKey((key, typeof(T)));

    /// <summary>Joins one that is under way.</summary>
    private bool TryJoin<T>(string key, [NotNullWhen(true)] out FactoryFlight<T>? flight)
    {
        flight = null;
        if (_flights.TryGetValue((key, typeof(T)), out var found))
        {
            if (((FactoryFlight<T>)found).TryJoin())
            {
                flight = (FactoryFlight<T>)found;
                return true;
            }

            _flights.TryRemove(KeyValuePair.Create((key, typeof(T)), found));
        }

        return false;
    }

    /// <summary>Joins the one under way, or begins one.</summary>
    /// <returns>Whether it was begun by this caller.</returns>
    public bool JoinOrStart<T>(string key, Func<CancellationToken, Task<MemoryEntry<T>>> run, out FactoryFlight<T> flight)
    {
        var started = new FactoryFlight<T>();
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
                started.Start(run, () => _flights.TryRemove(slot));
                flight = started;
                return true;
            }
        }
    }
}
