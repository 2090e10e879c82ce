using System.Threading.RateLimiting;

namespace Platform.Redis.RateLimiting;

/// <summary>A concurrency policy for one partition, as the framework's limiter. A permit is held, and renewed, until its lease is disposed.</summary>
internal sealed class RedisConcurrencyLimiter(RateLimits limits, string policy, string key) : RateLimiter
{
    private readonly LimiterStatistics _statistics = new();

    public override TimeSpan? IdleDuration => _statistics.Idle;

    public override RateLimiterStatistics? GetStatistics() => _statistics.Current(limits.Policy(policy).Rule.Limit);

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => _statistics.Attempt(limits, policy, key, permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        _statistics.AcquireAsync(limits, policy, key, permitCount, cancellationToken);
}
