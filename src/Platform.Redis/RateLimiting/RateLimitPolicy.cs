using System.Collections.Frozen;
using System.Security.Claims;

namespace Platform.Redis.RateLimiting;

/// <summary>A policy in force. Immutable; a change makes a new one.</summary>
internal sealed class RateLimitPolicy
{
    private readonly RateLimitRule _rule;
    private readonly FrozenDictionary<string, RateLimitRule> _tiers;

    public RateLimitPolicy(string name, RateLimitPolicyOptions options, RateLimitCounters counters)
    {
        Name = name;
        Options = options;
        Counters = counters;
        Quoted = $"\"{name}\";r=";
        _rule = new RateLimitRule(name, options, options.Limit, options.Burst);
        _tiers = options.Tiers.ToFrozenDictionary(
            tier => tier.Key, tier => new RateLimitRule(name, options, tier.Value.Limit, tier.Value.Burst), StringComparer.Ordinal);
    }

    public string Name { get; }

    public RateLimitPolicyOptions Options { get; }

    /// <summary>Its counters outlive a change.</summary>
    public RateLimitCounters Counters { get; }

    /// <summary>The beginning of its member of <c>RateLimit</c>.</summary>
    public string Quoted { get; }

    public bool Off => Options.Mode == RateLimitMode.Off;

    public RateLimitRule Rule => _rule;

    public IEnumerable<RateLimitRule> Rules => [_rule, .. _tiers.Values];

    public RateLimitRule RuleFor(ClaimsPrincipal user) =>
        _tiers.Count > 0 && user.FindFirst(Options.TierClaim!) is { } claim && _tiers.TryGetValue(claim.Value, out var tier) ? tier : _rule;
}
