using Platform.Redis.Keys;

namespace Platform.Redis.RateLimiting;

/// <summary>Whoever is counted, as this process knows it.</summary>
internal sealed class Partition(string hash, bool kept, Keyspace keyspace)
{
    private readonly Lock _gate = new();
    private PolicyState[] _states = [];

    /// <summary>The partition's place in keys, and its slot.</summary>
    public string Hash { get; } = hash;

    /// <summary>Whether the next request finds it again.</summary>
    public bool Kept { get; } = kept;

    public long LastUsed { get; set; }

    public PolicyState[] States => Volatile.Read(ref _states);

    public PolicyState StateOf(string policy)
    {
        foreach (var state in States)
        {
            if (state.Policy == policy)
            {
                return state;
            }
        }

        return Add(policy);
    }

    private PolicyState Add(string policy)
    {
        lock (_gate)
        {
            if (_states.FirstOrDefault(state => state.Policy == policy) is { } found)
            {
                return found;
            }

            var added = new PolicyState(this, policy, keyspace);
            Volatile.Write(ref _states, [.. _states, added]);
            return added;
        }
    }
}
