using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;

namespace Platform.Redis.RateLimiting;

internal sealed class RateLimits(
    RateLimitEngine engine, RateLimitSettings settings, PartitionTable partitions, RateLimitMetrics metrics) : IRateLimits
{
    private const string CheckName = "check";
    private const int MostChecks = 1_000;

    private readonly ConcurrentDictionary<(int Limit, TimeSpan Window), RateLimitPolicy> _checks = new();
    private readonly RateLimitCounters _checkCounters = new(metrics.Decisions, CheckName);

    public ValueTask<RateLimitResult> CheckAsync(string key, int limit, TimeSpan window, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (!_checks.TryGetValue((limit, window), out var policy))
        {
            policy = MakeCheck(limit, window);
            if (_checks.Count < MostChecks)
            {
                _checks.TryAdd((limit, window), policy);
            }
        }

        return CheckAsync(policy, key, 1, cancellationToken);
    }

    public ValueTask<RateLimitResult> CheckPolicyAsync(string policy, string key, int cost, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 1);
        return CheckAsync(settings.Policy(policy), key, cost, cancellationToken);
    }

    public RateLimiter GetLimiter(string policy, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var name = settings.Policy(policy).Name;
        return settings.Policy(policy).Rule.IsConcurrency ? new RedisConcurrencyLimiter(this, name, key) : new RedisRateLimiter(this, name, key);
    }

    public PartitionedRateLimiter<TResource> GetPartitionedLimiter<TResource>(string policy, Func<TResource, string> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new RedisPartitionedRateLimiter<TResource>(this, settings.Policy(policy).Name, key);
    }

    public RateLimitPolicy Policy(string name) => settings.Policy(name);

    /// <summary>A decision that is not made yet; null where the policy is off.</summary>
    public RateLimitDecision? Begin(RateLimitPolicy policy, string key, int cost, IRateLimitObserver? observer)
    {
        if (policy.Off)
        {
            return null;
        }

        var decision = new RateLimitDecision(engine, 1, observer);
        decision.Add(policy, policy.Rule, partitions.Of(new PartitionName(policy.Options.By, key, ""), decision.Now).StateOf(policy.Rule), cost);
        return decision;
    }

    public ValueTask<RateLimitLease> DecideAsync(RateLimitDecision decision, CancellationToken cancellationToken) =>
        engine.DecideAsync(decision, cancellationToken);

    public bool TryDecideLocally(RateLimitDecision decision) => engine.TryDecideLocally(decision);

    private static RateLimitResult ResultOf(RateLimitDecision decision, long now)
    {
        ref readonly var item = ref decision.Items[0];
        return new RateLimitResult(
            decision.Granted, item.Rule.Limit, item.Remaining, TimeSpan.FromMilliseconds(Math.Max(0, item.ResetAt - now)),
            decision.Granted ? TimeSpan.Zero : decision.RetryAfter() ?? Timeout.InfiniteTimeSpan);
    }

    private async ValueTask<RateLimitResult> CheckAsync(RateLimitPolicy policy, string key, int cost, CancellationToken cancellationToken)
    {
        if (Begin(policy, key, cost, null) is not { } decision)
        {
            return new RateLimitResult(true, policy.Rule.Limit, policy.Rule.Limit, TimeSpan.Zero, TimeSpan.Zero);
        }

        if (policy.Rule.IsConcurrency)
        {
            throw new InvalidOperationException($"Rate limit policy '{policy.Name}' is held until its holder ends; use GetLimiter.");
        }

        await engine.DecideAsync(decision, cancellationToken).ConfigureAwait(false);
        return ResultOf(decision, engine.Now);
    }

    private RateLimitPolicy MakeCheck(int limit, TimeSpan window)
    {
        var options = new RateLimitPolicyOptions { Algorithm = RateLimitAlgorithm.FixedWindow, Limit = limit, Window = window, By = RateLimitBy.Nobody };
        var wrong = string.Join(' ', RedisRateLimitingOptionsValidator.Check(CheckName, CheckName, options));
        if (wrong.Length > 0)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), wrong);
        }

        // Questions with other figures count apart.
        return new RateLimitPolicy(string.Create(CultureInfo.InvariantCulture, $"{CheckName}-{limit}-{window.TotalMilliseconds:F0}"), options, _checkCounters);
    }
}
