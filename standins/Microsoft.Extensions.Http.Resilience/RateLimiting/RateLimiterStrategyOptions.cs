using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;

namespace Polly.RateLimiting;

/// <summary>The options of the rate limiter strategy.</summary>
public class RateLimiterStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Creates the options.</summary>
    public RateLimiterStrategyOptions() => Name = "RateLimiter";

    /// <summary>Gets or sets the function that asks for permits. Where it is not set, <see cref="DefaultRateLimiterOptions"/> apply.</summary>
    public Func<RateLimiterArguments, ValueTask<RateLimitLease>>? RateLimiter { get; set; }

    /// <summary>Gets or sets the concurrency limit that applies where <see cref="RateLimiter"/> is not set: 1,000 at once, none waiting.</summary>
    [Required]
    public ConcurrencyLimiterOptions DefaultRateLimiterOptions { get; set; } = new() { PermitLimit = 1000, QueueLimit = 0 };

    /// <summary>Gets or sets the function that is told of rejections.</summary>
    public Func<OnRateLimiterRejectedArguments, ValueTask>? OnRejected { get; set; }
}
