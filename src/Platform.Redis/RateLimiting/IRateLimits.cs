using System.Threading.RateLimiting;

namespace Platform.Redis.RateLimiting;

/// <summary>Rate limits that all instances of a service share, outside of the request pipeline.</summary>
public interface IRateLimits
{
    /// <summary>
    /// The plain question: may this be done once more within the window? Counts it where it may (a fixed window that begins with the
    /// first call). While Redis is away the answer is this instance's share.
    /// </summary>
    /// <param name="key">Who or what is counted. Any text: its HMAC becomes part of a key.</param>
    /// <param name="limit">How often in a window.</param>
    /// <param name="window">10 ms to 24 hours.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<RateLimitResult> CheckAsync(string key, int limit, TimeSpan window, CancellationToken cancellationToken);

    /// <summary>The same under a configured policy.</summary>
    /// <param name="policy">The policy's name.</param>
    /// <param name="key">Who or what is counted.</param>
    /// <param name="cost">Permits it takes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<RateLimitResult> CheckPolicyAsync(string policy, string key, int cost, CancellationToken cancellationToken);

    /// <summary>
    /// A configured policy as the framework's limiter, for one partition. Use it where the framework takes a limiter; it holds no
    /// resources. <see cref="RateLimiter.AttemptAcquire"/> grants only what the process holds already.
    /// </summary>
    /// <param name="policy">The policy's name.</param>
    /// <param name="key">Who or what is counted.</param>
    RateLimiter GetLimiter(string policy, string key);

    /// <summary>A configured policy as the framework's limiter over many partitions.</summary>
    /// <param name="policy">The policy's name.</param>
    /// <param name="key">Who or what is counted, for each resource.</param>
    PartitionedRateLimiter<TResource> GetPartitionedLimiter<TResource>(string policy, Func<TResource, string> key);
}
