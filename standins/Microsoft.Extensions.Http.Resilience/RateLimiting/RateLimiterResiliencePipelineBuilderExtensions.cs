using System.Threading.RateLimiting;
using Polly.RateLimiting;

namespace Polly;

/// <summary>Adds rate limiters to pipelines.</summary>
public static class RateLimiterResiliencePipelineBuilderExtensions
{
    /// <summary>Adds a limit on concurrent executions.</summary>
    public static TBuilder AddConcurrencyLimiter<TBuilder>(this TBuilder builder, int permitLimit, int queueLimit = 0)
        where TBuilder : ResiliencePipelineBuilderBase
        => builder.AddConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = permitLimit, QueueLimit = queueLimit });

    /// <summary>Adds a limit on concurrent executions.</summary>
    public static TBuilder AddConcurrencyLimiter<TBuilder>(this TBuilder builder, ConcurrencyLimiterOptions options)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.AddRateLimiter(new RateLimiterStrategyOptions { DefaultRateLimiterOptions = options });
    }

    /// <summary>Adds a limiter, which remains the caller's to dispose of.</summary>
    public static TBuilder AddRateLimiter<TBuilder>(this TBuilder builder, RateLimiter limiter)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(limiter);
        return builder.AddRateLimiter(new RateLimiterStrategyOptions
        {
            RateLimiter = arguments => limiter.AcquireAsync(permitCount: 1, arguments.Context.CancellationToken),
        });
    }

    /// <summary>Adds a rate limiter.</summary>
    public static TBuilder AddRateLimiter<TBuilder>(this TBuilder builder, RateLimiterStrategyOptions options)
        where TBuilder : ResiliencePipelineBuilderBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.AddStrategy(context => Create(context, options), options);
    }

    private static RateLimiterStrategy Create(StrategyBuilderContext context, RateLimiterStrategyOptions options)
    {
        if (options.RateLimiter is { } limiter)
        {
            return new RateLimiterStrategy(limiter, owned: null, options.OnRejected, context.Telemetry);
        }

        var owned = new ConcurrencyLimiter(options.DefaultRateLimiterOptions);
        return new RateLimiterStrategy(
            arguments => owned.AcquireAsync(permitCount: 1, arguments.Context.CancellationToken), owned, options.OnRejected, context.Telemetry);
    }
}
