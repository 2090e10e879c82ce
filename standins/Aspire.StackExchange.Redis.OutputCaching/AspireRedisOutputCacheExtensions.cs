using Aspire.StackExchange.Redis;
using Aspire.StackExchange.Redis.OutputCaching;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.OutputCaching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Keeps the output cache in Redis.</summary>
public static class AspireRedisOutputCacheExtensions
{
    /// <summary>Adds a Redis client, and the output cache in it. <c>UseOutputCache</c> is still to be called.</summary>
    public static void AddRedisOutputCache(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => builder.AddRedisClientBuilder(connectionName, configureSettings, configureOptions).WithOutputCache();

    /// <summary>Adds a keyed Redis client, and the output cache in it. <c>UseOutputCache</c> is still to be called.</summary>
    public static void AddKeyedRedisOutputCache(
        this IHostApplicationBuilder builder,
        string name,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => builder.AddKeyedRedisClientBuilder(name, configureSettings, configureOptions).WithOutputCache();

    /// <summary>Keeps the output cache in this client's Redis.</summary>
    public static AspireRedisClientBuilder WithOutputCache(this AspireRedisClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var services = builder.HostBuilder.Services;
        services.AddOutputCache();
        services.AddSingleton<IOutputCacheStore>(provider =>
            new RedisOutputCacheStore(
                provider.GetRequiredKeyedService<IConnectionMultiplexer>(builder.ServiceKey),
                provider.GetRequiredService<IOptions<RedisOutputCacheOptions>>().Value.InstanceName));
        return builder;
    }
}
