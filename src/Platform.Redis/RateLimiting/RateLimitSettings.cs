using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Redis.RateLimiting;

/// <summary>
/// What holds now, for all instances: the configured policies with the administrators' changes, the bans, and how many instances
/// there are. Kept in memory; <see cref="RateLimitUpkeep"/> keeps it fresh.
/// </summary>
internal sealed class RateLimitSettings
{
    private readonly RedisRateLimitingOptions _options;
    private readonly Dictionary<string, RateLimitCounters> _counters;
    private readonly ILogger _logger;
    private volatile PolicySet _policies;
    private volatile FrozenDictionary<string, long> _bans = FrozenDictionary<string, long>.Empty;
    private volatile InstanceShare _instances;

    public RateLimitSettings(IOptions<RedisRateLimitingOptions> options, RateLimitMetrics metrics, ILogger<RateLimitSettings> logger)
    {
        _options = options.Value;
        _logger = logger;
        _counters = _options.Policies.Keys.ToDictionary(name => name, name => new RateLimitCounters(metrics.Decisions, name), StringComparer.Ordinal);
        _policies = new PolicySet(_options.Policies.Select(policy => Make(policy.Key, policy.Value)));
        _instances = new InstanceShare(_options.ExpectedInstances, 0);
    }

    public PolicySet Policies => _policies;

    public InstanceShare Instances
    {
        get => _instances;
        set => _instances = value;
    }

    public IEnumerable<KeyValuePair<string, RateLimitCounters>> Counters => _counters;

    public RateLimitPolicy Policy(string name) => _policies.ByName.TryGetValue(name, out var policy)
        ? policy
        : throw new ArgumentException($"There is no rate limit policy '{name}'. Configure RateLimiting:Policies:{name}.", nameof(name));

    /// <summary>A policy of the configuration, as it was configured.</summary>
    public RateLimitPolicyOptions? Configured(string name) => _options.Policies.GetValueOrDefault(name);

    /// <summary>Until when a partition is refused, by the process's clock; 0 where it is not.</summary>
    public long BannedUntil(PolicyState state) => _bans is { Count: > 0 } bans ? bans.GetValueOrDefault(state.BanName) : 0;

    /// <summary>Puts the administrators' changes and bans in force.</summary>
    /// <param name="changes">By policy.</param>
    /// <param name="bans">By <see cref="PolicyState.BanName"/>; the ends by the process's clock.</param>
    public void Apply(IReadOnlyDictionary<string, RateLimitPolicyChange> changes, IEnumerable<KeyValuePair<string, long>> bans)
    {
        _policies = new PolicySet(_options.Policies.Select(policy => Make(policy.Key, Changed(policy.Key, policy.Value, changes))));
        _bans = bans.ToFrozenDictionary(StringComparer.Ordinal);
        _logger.SettingsApplied(changes.Count, _bans.Count);
    }

    private RateLimitPolicyOptions Changed(
        string name, RateLimitPolicyOptions configured, IReadOnlyDictionary<string, RateLimitPolicyChange> changes)
    {
        if (!changes.TryGetValue(name, out var change))
        {
            return configured;
        }

        // Written by another version of the service, perhaps: what it does not accept it does not put in force.
        var changed = change.ApplyTo(configured);
        if (!RedisRateLimitingOptionsValidator.Check(name, name, changed).Any())
        {
            return changed;
        }

        _logger.ChangeIgnored(name);
        return configured;
    }

    private RateLimitPolicy Make(string name, RateLimitPolicyOptions options) => new(name, options, _counters[name]);
}
