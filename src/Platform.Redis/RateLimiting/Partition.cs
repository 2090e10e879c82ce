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

    /// <summary>What is remembered under a rule. Tiers of a policy count in one place, but what refuses one may allow another.</summary>
    public PolicyState StateOf(RateLimitRule rule)
    {
        foreach (var state in States)
        {
            if (state.Figures == rule.Figures)
            {
                return state;
            }
        }

        return Add(rule);
    }

    private PolicyState Add(RateLimitRule rule)
    {
        lock (_gate)
        {
            if (_states.FirstOrDefault(state => state.Figures == rule.Figures) is { } found)
            {
                return found;
            }

            var added = new PolicyState(this, rule, keyspace, _states.FirstOrDefault(state => state.Policy == rule.Policy));
            Volatile.Write(ref _states, [.. _states, added]);
            return added;
        }
    }
}
