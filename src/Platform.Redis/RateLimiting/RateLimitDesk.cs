using Microsoft.AspNetCore.Http;
using StackExchange.Redis;

namespace Platform.Redis.RateLimiting;

/// <summary>What administrators and callers ask and change.</summary>
internal sealed class RateLimitDesk(
    RateLimitSettings settings, RateLimitStore store, RateLimitUpkeep upkeep, PermitScripts scripts, PartitionTable partitions, HttpRateLimiter http)
{
    public bool Knows(string policy) => settings.Configured(policy) is not null;

    public string? WhatIsWrong(string policy, RateLimitPolicyChange change)
    {
        var wrong = string.Join(' ', RedisRateLimitingOptionsValidator.Check(policy, policy, change.ApplyTo(settings.Configured(policy)!)));
        return wrong.Length == 0 ? null : wrong;
    }

    public async Task<RateLimitPolicyResponse> ChangeAsync(string policy, RateLimitPolicyChange? change, CancellationToken cancellationToken)
    {
        await store.ChangePolicyAsync(policy, change, cancellationToken).ConfigureAwait(false);
        await upkeep.SyncAsync(cancellationToken).ConfigureAwait(false);
        return Describe(settings.Policy(policy), null);
    }

    public async Task<IReadOnlyList<RateLimitPolicyResponse>> ListAsync(CancellationToken cancellationToken)
    {
        await upkeep.SyncAsync(cancellationToken).ConfigureAwait(false);
        var demand = await store.DemandAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. settings.Policies.ByName.Values.OrderBy(policy => policy.Name, StringComparer.Ordinal).Select(policy => Describe(
                policy, new RateLimitDemand(Of(policy.Name, "allowed"), Of(policy.Name, "denied"), Of(policy.Name, "shadow")))),
        ];

        long Of(string policy, string what) => demand.GetValueOrDefault($"{policy}.{what}");
    }

    /// <summary>What a caller has left of every enforced policy that does not tell endpoints apart.</summary>
    public async Task<IReadOnlyList<RateLimitUsageResponse>> PeekAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var policies = settings.Policies.ByName.Values
            .Where(policy => policy.Options.Mode == RateLimitMode.Enforce && !policy.Options.By.HasFlag(RateLimitBy.Endpoint))
            .OrderBy(policy => policy.Name, StringComparer.Ordinal);
        var asked = policies.Select(policy =>
        {
            var rule = policy.RuleFor(context.User);
            var keys = http.PartitionOf(context, policy, "").StateOf(rule).KeysFor(rule);
            return (policy.Name, Rule: rule, Reply: scripts.PeekAsync(rule, keys, cancellationToken));
        }).ToList();
        await Task.WhenAll(asked.Select(one => one.Reply)).ConfigureAwait(false);

        List<RateLimitUsageResponse> usages = [];
        foreach (var (name, rule, reply) in asked)
        {
            var left = (long[])(await reply.ConfigureAwait(false))!;
            usages.Add(new RateLimitUsageResponse(name, rule.Limit, rule.Window.TotalSeconds, (int)left[0], left[1] / 1000d));
        }

        return usages;
    }

    public async Task ResetAsync(string policy, string partition, RateLimitBy? by, string? endpoint, CancellationToken cancellationToken)
    {
        var state = StateOf(policy, partition, by, endpoint);
        RedisKey[] keys = [.. settings.Policy(policy).Rules.Select(rule => state.KeysFor(rule)[0]).Distinct()];
        await scripts.ResetAsync(keys, cancellationToken).ConfigureAwait(false);
        foreach (var one in state.Partition.States.Where(one => one.Policy == policy))
        {
            one.Forget();
        }
    }

    /// <returns>False where there are too many bans.</returns>
    public async Task<bool> BanAsync(
        string policy, string partition, RateLimitBy? by, string? endpoint, TimeSpan? duration, CancellationToken cancellationToken)
    {
        var taken = await store.BanAsync(StateOf(policy, partition, by, endpoint).BanName, duration, cancellationToken).ConfigureAwait(false);
        await upkeep.SyncAsync(cancellationToken).ConfigureAwait(false);
        return taken;
    }

    private PolicyState StateOf(string policy, string partition, RateLimitBy? by, string? endpoint)
    {
        var inForce = settings.Policy(policy);
        var name = new PartitionName(by ?? inForce.Options.By, partition, endpoint ?? "");
        return partitions.Of(name).StateOf(inForce.Rule);
    }

    private static RateLimitPolicyResponse Describe(RateLimitPolicy policy, RateLimitDemand? demand) => new(
        policy.Name, policy.Options.Algorithm, policy.Options.Limit, policy.Options.Window, policy.Rule.Burst, policy.Options.By,
        policy.Options.Global, policy.Options.Mode, policy.Options.WhenRedisIsAway, policy.Options.Tiers, demand);
}
