using Aspire.StackExchange.Redis;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.OutputCaching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Platform.Redis.Caching;
using Platform.Redis.Keys;

namespace Platform.Redis;

/// <summary>Adds the framework's output cache.</summary>
public static class OutputCachingExtensions
{
    /// <summary>
    /// Keeps the framework's output cache in the service's Redis, as Aspire's <c>AddRedisOutputCache</c> does, on the connection that is
    /// there already: keys carry the service's prefix, operations are bounded, and while Redis is away responses are made anew.
    /// <c>app.UseOutputCache()</c> is still to be called, and endpoints opt in with <c>CacheOutput()</c>: only what is the same for
    /// everybody who may ask.
    /// </summary>
    /// <param name="builder">The service's Redis.</param>
    public static IPlatformRedisBuilder AddOutputCaching(this IPlatformRedisBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(OutputCacheMark)))
        {
            return builder;
        }

        services.AddSingleton<OutputCacheMark>();
        services.AddOptions<RedisOutputCacheOptions>().Configure<Keyspace>(static (options, keyspace) => options.InstanceName = keyspace.Prefix);
        new AspireRedisClientBuilder(builder.HostBuilder, new StackExchangeRedisSettings(), null).WithOutputCache();

        var framework = services.Last(service => service.ServiceType == typeof(IOutputCacheStore));
        services.RemoveAll<IOutputCacheStore>();
        services.AddSingleton<IOutputCacheStore>(provider => new GuardedOutputCacheStore(
            (IOutputCacheStore)(framework.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, framework.ImplementationType!)),
            provider.GetRequiredService<RedisStore>(),
            provider.GetService<MemoryPressure>()));
        return builder;
    }

    private sealed class OutputCacheMark;
}
