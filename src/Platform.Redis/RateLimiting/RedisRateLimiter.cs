using System.Threading.RateLimiting;

namespace Platform.Redis.RateLimiting;

/// <summary>A policy for one partition, as the framework's limiter whose permits come back with time.</summary>
internal sealed class RedisRateLimiter(RateLimits limits, string policy, string key) : ReplenishingRateLimiter
{
    private readonly LimiterStatistics _statistics = new();

    public override TimeSpan? IdleDuration => _statistics.Idle;

    public override bool IsAutoReplenishing => true;

    public override TimeSpan ReplenishmentPeriod => limits.Policy(policy).Rule.Window;

    /// <summary>Redis's clock alone replenishes.</summary>
    public override bool TryReplenish() => false;

    public override RateLimiterStatistics? GetStatistics() => _statistics.Current(limits.Policy(policy).Rule.Burst);

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => _statistics.Attempt(limits, policy, key, permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        _statistics.AcquireAsync(limits, policy, key, permitCount, cancellationToken);
}
