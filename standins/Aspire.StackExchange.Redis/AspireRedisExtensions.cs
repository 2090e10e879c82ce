using Aspire.StackExchange.Redis;
using Aspire.StackExchange.Redis.Tracing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds Redis clients to a host.</summary>
public static class AspireRedisExtensions
{
    private const string ConfigurationSection = "Aspire:StackExchange:Redis";
    private const string HealthCheckName = "StackExchange.Redis";

    /// <summary>Registers <see cref="IConnectionMultiplexer"/> as a singleton, with health check, log and traces.</summary>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => AddRedisClientBuilder(builder, connectionName, configureSettings, configureOptions);

    /// <summary>Registers <see cref="IConnectionMultiplexer"/> as a keyed singleton, with health check, log and traces.</summary>
    public static void AddKeyedRedisClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => AddKeyedRedisClientBuilder(builder, name, configureSettings, configureOptions);

    /// <summary>Registers <see cref="IConnectionMultiplexer"/> as a singleton, and returns what adds to it.</summary>
    public static AspireRedisClientBuilder AddRedisClientBuilder(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => Add(builder, connectionName, serviceKey: null, configureSettings, configureOptions);

    /// <summary>Registers <see cref="IConnectionMultiplexer"/> as a keyed singleton, and returns what adds to it.</summary>
    public static AspireRedisClientBuilder AddKeyedRedisClientBuilder(
        this IHostApplicationBuilder builder,
        string name,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => Add(builder, name, serviceKey: name, configureSettings, configureOptions);

    private static AspireRedisClientBuilder Add(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<StackExchangeRedisSettings>? configureSettings,
        Action<ConfigurationOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var common = builder.Configuration.GetSection(ConfigurationSection);
        var named = common.GetSection(connectionName);
        var settings = ReadSettings(builder, connectionName, common, named);
        configureSettings?.Invoke(settings);

        var optionsName = serviceKey ?? Options.Options.DefaultName;
        builder.Services.AddOptions<ConfigurationOptions>(optionsName);
        builder.Services.TryAddSingleton<IOptionsFactory<ConfigurationOptions>, RedisConfigurationFactory>();
        builder.Services.AddSingleton(new RedisConfigurationSource(optionsName, settings.ConnectionString));
        builder.Services.Configure<ConfigurationOptions>(optionsName, options =>
        {
            common.GetSection(nameof(ConfigurationOptions)).Bind(options);
            named.GetSection(nameof(ConfigurationOptions)).Bind(options);
            configureOptions?.Invoke(options);
        });

        AddMultiplexer(builder.Services, connectionName, serviceKey, optionsName);
        if (!settings.DisableTracing)
        {
            builder.Services.AddRedisTracing();
        }

        if (!settings.DisableHealthChecks)
        {
            AddHealthCheck(builder.Services, serviceKey);
        }

        if (!settings.DisableAutoActivation)
        {
            builder.Services.AddSingleton<IHostedService>(services => new RedisActivator(services, serviceKey));
        }

        return new AspireRedisClientBuilder(builder, settings, serviceKey);
    }

    private static StackExchangeRedisSettings ReadSettings(
        IHostApplicationBuilder builder,
        string connectionName,
        IConfigurationSection common,
        IConfigurationSection named)
    {
        var settings = new StackExchangeRedisSettings();
        common.Bind(settings);
        named.Bind(settings);
        if (builder.Configuration.GetConnectionString(connectionName) is { } connectionString)
        {
            settings.ConnectionString = connectionString;
        }

        return settings;
    }

    private static void AddMultiplexer(IServiceCollection services, string connectionName, string? serviceKey, string optionsName)
    {
        if (serviceKey is null)
        {
            services.AddSingleton<IConnectionMultiplexer>(provider => Connect(provider, connectionName, optionsName));
        }
        else
        {
            services.AddKeyedSingleton<IConnectionMultiplexer>(serviceKey, (provider, _) => Connect(provider, connectionName, optionsName));
        }
    }

    private static ConnectionMultiplexer Connect(IServiceProvider services, string connectionName, string optionsName)
    {
        var options = services.GetRequiredService<IOptionsMonitor<ConfigurationOptions>>().Get(optionsName);
        if (options.EndPoints.Count == 0)
        {
            throw new InvalidOperationException(
                $"No endpoints specified. Ensure a valid connection string was provided in 'ConnectionStrings:{connectionName}' or for the '{ConfigurationSection}:ConnectionString' configuration key.");
        }

        options.LoggerFactory ??= services.GetService<ILoggerFactory>();
        var connection = ConnectionMultiplexer.Connect(options);
        services.GetService<RedisInstrumentation>()?.AddConnection(connection);
        return connection;
    }

    private static void AddHealthCheck(IServiceCollection services, string? serviceKey)
    {
        var name = serviceKey is null ? HealthCheckName : $"{HealthCheckName}_{serviceKey}";
        services.AddHealthChecks();
        services.Configure<HealthCheckServiceOptions>(options =>
        {
            if (options.Registrations.All(registration => registration.Name != name))
            {
                options.Registrations.Add(new HealthCheckRegistration(
                    name, provider => new RedisHealthCheck(provider, serviceKey), failureStatus: null, tags: null));
            }
        });
    }
}
