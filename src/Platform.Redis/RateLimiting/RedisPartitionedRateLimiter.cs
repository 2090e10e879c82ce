using System.Threading.RateLimiting;

namespace Platform.Redis.RateLimiting;

/// <summary>A policy over many partitions, as the framework's limiter. It keeps nothing of its own for a partition.</summary>
internal sealed class RedisPartitionedRateLimiter<TResource>(RateLimits limits, string policy, Func<TResource, string> key)
    : PartitionedRateLimiter<TResource>
{
    private readonly LimiterStatistics _all = new();

    /// <summary>Of all partitions together.</summary>
    public override RateLimiterStatistics? GetStatistics(TResource resource) => _all.Current(limits.Policy(policy).Rule.Burst);

    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount) =>
        _all.Attempt(limits, policy, key(resource), permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(TResource resource, int permitCount, CancellationToken cancellationToken) =>
        _all.AcquireAsync(limits, policy, key(resource), permitCount, cancellationToken);
}
