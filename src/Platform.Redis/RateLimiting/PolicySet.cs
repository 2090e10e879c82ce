using System.Collections.Frozen;

namespace Platform.Redis.RateLimiting;

/// <summary>All policies in force at a moment.</summary>
internal sealed class PolicySet
{
    public PolicySet(IEnumerable<RateLimitPolicy> policies)
    {
        ByName = policies.ToFrozenDictionary(policy => policy.Name, StringComparer.Ordinal);
        Global = [.. ByName.Values.Where(policy => policy.Options.Global).OrderBy(policy => policy.Name, StringComparer.Ordinal)];
    }

    public FrozenDictionary<string, RateLimitPolicy> ByName { get; }

    public IReadOnlyList<RateLimitPolicy> Global { get; }
}
