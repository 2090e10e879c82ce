using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Redis.Caching;
using Platform.Redis.Guarantees;

namespace Platform.Redis;

/// <summary>Adds the cache.</summary>
public static class CachingExtensions
{
    /// <summary>
    /// Adds <see cref="HybridCache"/> on this process's memory and the service's Redis, <see cref="IDistributedCache"/> on Redis, and
    /// <see cref="CacheNamespaces"/>. Options are bound to the section <c>Caching</c> and validated when the application starts. Adding it again changes options only.
    /// </summary>
    /// <param name="builder">The service's Redis.</param>
    /// <param name="configure">Changes options after the configuration was read.</param>
    public static IPlatformRedisBuilder AddCaching(this IPlatformRedisBuilder builder, Action<CachingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsOfSection(CachingOptions.SectionName, configure);
        if (services.Any(service => service.ServiceType == typeof(RedisHybridCache)))
        {
            return builder;
        }

        services.AddSingleton<IValidateOptions<CachingOptions>>(provider =>
            new CachingOptionsValidator(provider.GetRequiredService<IServiceProviderIsService>()));
        services.AddSingleton(provider => new CacheClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KeyStripes>();
        services.AddSingleton<MemoryTier>();
        services.AddSingleton<CacheGenerations>();
        services.AddSingleton<CacheNamespaceTable>();
        services.AddSingleton<CacheCodecs>();
        services.AddSingleton<EntryFormat>();
        services.AddSingleton<EntryReader>();
        services.AddSingleton<EntryComputation>();
        services.AddSingleton<FactoryFlights>();
        services.AddSingleton<MemoryPressure>();
        services.AddSingleton<RedisTier>();
        services.AddSingleton<CacheChanges>();
        services.AddSingleton(provider => new CacheMetrics(
            provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<CacheNamespaceTable>()));
        services.AddSingleton<RedisHybridCache>();
        services.AddSingleton<HybridCache>(static provider => provider.GetRequiredService<RedisHybridCache>());
        services.AddSingleton(provider => new CacheNamespaces(
            provider.GetRequiredService<RedisHybridCache>(), provider.GetRequiredService<CacheNamespaceTable>(),
            provider.GetRequiredService<MemoryTier>()));
        services.AddHostedService(static provider => provider.GetRequiredService<CacheChanges>());
        services.AddHostedService<CacheUpkeep>();
        services.AddHostedService<CacheWarmUpService>();
        services.AddSingleton<ItemFormat>();
        services.AddSingleton<RedisDistributedCache>();
        services.AddSingleton<IDistributedCache>(static provider => provider.GetRequiredService<RedisDistributedCache>());
        services.TryAddSingleton<IHybridCacheSerializer<CachedContentHttpResult>, CachedContentSerializer>();
        services.AddSingleton<ICapability, CacheCapability>();
        return builder;
    }

    /// <summary>
    /// Maps <c>GET /cache/stats</c> and <c>DELETE /cache/namespaces/{name}</c>. They are for administrators: chain
    /// <c>RequireAuthorization(...)</c>.
    /// </summary>
    /// <param name="endpoints">Where they are mapped.</param>
    /// <returns>The group, for conventions.</returns>
    public static RouteGroupBuilder MapCacheStats(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return CacheApi.Map(endpoints);
    }
}
