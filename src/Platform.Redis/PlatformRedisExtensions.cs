using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Connection;
using Platform.Redis.Consumers;
using Platform.Redis.Diagnostics;
using Platform.Redis.Events;
using Platform.Redis.Fallback;
using Platform.Redis.Guarantees;
using Platform.Redis.Health;
using Platform.Redis.Keys;
using Platform.Redis.Problems;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis;

/// <summary>Adds Redis to a service.</summary>
public static class PlatformRedisExtensions
{
    private const string ClientLogCategory = "StackExchange.Redis";

    /// <summary>
    /// Adds the connection, <see cref="RedisStore"/>, <see cref="Keyspace"/>, <see cref="EventStreams"/>, the health check <c>redis</c>,
    /// the journal of guarantees, metrics and traces, and the answer to <see cref="RedisUnavailableException"/>. Options are validated when the application starts.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="connectionName">The name in <c>ConnectionStrings</c>, which is the resource's name in the AppHost.</param>
    /// <param name="registry">Every key family of the service.</param>
    /// <param name="configure">Changes options after the configuration was read.</param>
    /// <returns>A builder on which capabilities chain. Adding the same again is harmless.</returns>
    public static IPlatformRedisBuilder AddPlatformRedis(
        this IHostApplicationBuilder builder, string connectionName, KeyRegistry registry, Action<RedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionName);
        ArgumentNullException.ThrowIfNull(registry);

        var platform = Find(builder.Services);
        if (platform is not null && (platform.ConnectionName != connectionName || platform.Registry != registry))
        {
            throw new InvalidOperationException(
                $"Redis was added before, as connection '{platform.ConnectionName}' with the keys of {platform.Registry.Service}. A service has one.");
        }

        if (platform is null)
        {
            platform = new PlatformRedisBuilder(builder, connectionName, registry);
            builder.Services.AddSingleton(platform);
            builder.AddConnection(connectionName);
            builder.AddCore(registry);
            builder.AddTelemetry();
        }

        // After the configuration, which it may change.
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return platform;
    }

    private static PlatformRedisBuilder? Find(IServiceCollection services) => services
        .FirstOrDefault(service => service.ServiceType == typeof(PlatformRedisBuilder))?.ImplementationInstance as PlatformRedisBuilder;

    private static void AddConnection(this IHostApplicationBuilder builder, string connectionName)
    {
        // The address comes from RedisConnectionTarget, which also knows URLs and REDIS_*; the health check and spans are our own,
        // because they do more and tell less.
        builder.AddRedisClient(connectionName, settings =>
        {
            settings.ConnectionString = null;
            settings.DisableHealthChecks = true;
            settings.DisableTracing = true;
        });
        builder.Services.AddOptions<ConfigurationOptions>()
            .Configure<RedisConnectionTarget>(static (connection, target) => target.Apply(connection));

        builder.Services.AddOptions<RedisOptions>().BindConfiguration(RedisOptions.SectionName).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        builder.Services.AddSingleton(services => new RedisSource(services.GetRequiredService<IConfiguration>(), connectionName));
        builder.Services.AddSingleton<RedisConnectionTarget>();
        builder.Services.AddSingleton<RedisConnection>();

        // The client reports every attempt to connect; the breaker says once that Redis went, and once that it is back.
        if (builder.Configuration[$"Logging:LogLevel:{ClientLogCategory}"] is null)
        {
            builder.Logging.AddFilter(ClientLogCategory, LogLevel.Critical);
        }
    }

    private static void AddCore(this IHostApplicationBuilder builder, KeyRegistry registry)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(registry);
        builder.Services.AddSingleton(services =>
            new Keyspace(registry, services.GetRequiredService<IOptions<RedisOptions>>().Value.KeyPrefix));
        builder.Services.AddSingleton(services => new RedisMetrics(services.GetRequiredService<IMeterFactory>()));
        builder.Services.AddSingleton<RedisPrimaries>();
        builder.Services.AddSingleton<RedisAsker>();
        builder.Services.AddSingleton(services => new RedisStore(
            services.GetRequiredService<RedisConnection>(),
            services.GetRequiredService<RedisAsker>(),
            services.GetRequiredService<IOptions<RedisOptions>>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<RedisMetrics>(),
            services.GetRequiredService<ILogger<RedisBreaker>>()));
        builder.Services.AddMemoryFallbacks();
        builder.Services.AddSingleton<EventWakeups>();
        builder.Services.AddSingleton(services => new EventStreams(
            services.GetRequiredService<RedisStore>(),
            services.GetRequiredService<EventWakeups>(),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(services => new BlockingReads(services.GetRequiredService<IOptions<ConfigurationOptions>>()));
        builder.Services.AddSingleton<ICapability, EventsCapability>();
        builder.Services.AddSingleton<RedisHealthCheck>();
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>(RedisHealthCheck.Name, tags: [RedisHealthCheck.ReadyTag]);
        builder.Services.AddSingleton<GuaranteeJournal>();
        builder.Services.AddHostedService(services => services.GetRequiredService<GuaranteeJournal>());
        builder.Services.AddHostedService<RedisStartup>();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<RedisUnavailableExceptionHandler>();
    }

    private static void AddTelemetry(this IHostApplicationBuilder builder) => builder.Services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddMeter(PlatformRedisDiagnostics.MeterName))
        .WithTracing(traces => traces.AddSource(PlatformRedisDiagnostics.ActivitySourceName));
}
