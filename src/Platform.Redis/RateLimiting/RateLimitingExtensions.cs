using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Redis.Guarantees;
using Platform.Redis.RateLimiting;

namespace Platform.Redis;

/// <summary>Adds rate limits that all instances share.</summary>
public static class RateLimitingExtensions
{
    /// <summary>
    /// Adds <see cref="IRateLimits"/> and puts the policies of the section <c>RateLimiting</c> under the framework's middleware:
    /// <c>app.UseRateLimiter()</c> after authentication, <c>RequireRateLimiting("name")</c> and <c>DisableRateLimiting()</c> on endpoints.
    /// Options are validated when the application starts.
    /// </summary>
    /// <param name="builder">The service's Redis.</param>
    /// <param name="configure">Changes options after the configuration was read.</param>
    public static IPlatformRedisBuilder AddRateLimiting(this IPlatformRedisBuilder builder, Action<RedisRateLimitingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsOfSection(RedisRateLimitingOptions.SectionName, configure);
        if (services.Any(service => service.ServiceType == typeof(RateLimitEngine)))
        {
            return builder;
        }

        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<RedisRateLimitingOptions>, RedisRateLimitingOptionsValidator>());
        services.AddSingleton<RateLimitClock>();
        services.AddSingleton<PartitionHash>();
        services.AddSingleton<PartitionTable>();
        services.AddSingleton<RateLimitMetrics>();
        services.AddSingleton<RateLimitSettings>();
        services.AddSingleton<RateLimitOutage>();
        services.AddSingleton<PermitScripts>();
        services.AddSingleton<PermitLending>();
        services.AddSingleton<PermitReturns>();
        services.AddSingleton<PermitReplies>();
        services.AddSingleton<LocalDecisions>();
        services.AddSingleton<AwayDecisions>();
        services.AddSingleton<RateLimitStore>();
        services.AddSingleton<RateLimitEngine>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<IRateLimits>(provider => provider.GetRequiredService<RateLimits>());
        services.AddSingleton<ICapability, RateLimitCapability>();
        services.AddSingleton<RateLimitUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<RateLimitUpkeep>());
        services.AddMiddleware();
        return builder;
    }

    /// <summary>Each request takes so many permits of every policy, instead of one.</summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="permits">At least 1.</param>
    public static TBuilder WithRateLimitCost<TBuilder>(this TBuilder builder, int permits)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        return builder.WithMetadata(new RateLimitCost(permits));
    }

    private static void AddMiddleware(this IServiceCollection services)
    {
        services.AddSingleton<HttpRateLimiter>();
        services.AddSingleton<RateLimitDesk>();
        services.AddRateLimiter(static _ => { });
        services.AddOptions<RateLimiterOptions>().PostConfigure<HttpRateLimiter, IOptions<RedisRateLimitingOptions>>(static (limiter, ours, options) =>
        {
            limiter.GlobalLimiter = limiter.GlobalLimiter is { } theirs ? PartitionedRateLimiter.CreateChained(ours, theirs) : ours;
            limiter.OnRejected ??= RateLimitRejection.WriteAsync;
            foreach (var policy in options.Value.Policies.Keys)
            {
                // The global limiter decides an endpoint's policy together with the others; the middleware must only know its name.
                limiter.AddPolicy(policy, static _ => RateLimitPartition.GetNoLimiter(""));
            }
        });
    }
}
