using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Microsoft.Extensions.ServiceDiscovery.Configuration;
using Microsoft.Extensions.ServiceDiscovery.Http;
using Microsoft.Extensions.ServiceDiscovery.PassThrough;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds service discovery.</summary>
public static class ServiceDiscoveryServiceCollectionExtensions
{
    /// <summary>Adds service discovery from configuration; names that configuration lacks are used as they are.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services)
        => AddServiceDiscovery(services, configureOptions: static _ => { });

    /// <summary>Adds service discovery from configuration; names that configuration lacks are used as they are.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services, Action<ServiceDiscoveryOptions> configureOptions)
        => AddServiceDiscoveryCore(services, configureOptions)
            .AddConfigurationServiceEndpointProvider()
            .AddPassThroughServiceEndpointProvider();

    /// <summary>Adds service discovery without a provider.</summary>
    public static IServiceCollection AddServiceDiscoveryCore(this IServiceCollection services)
        => AddServiceDiscoveryCore(services, configureOptions: static _ => { });

    /// <summary>Adds service discovery without a provider.</summary>
    public static IServiceCollection AddServiceDiscoveryCore(this IServiceCollection services, Action<ServiceDiscoveryOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configureOptions);

        services.AddOptions<ServiceDiscoveryOptions>();
        services.AddLogging();
        services.TryAddEnumerable(
            ServiceDescriptor.Transient<IValidateOptions<ServiceDiscoveryOptions>, ServiceDiscoveryOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ServiceEndpointWatcherFactory>();
        services.TryAddSingleton<HttpServiceEndpointResolver>();
        services.TryAddSingleton<IServiceDiscoveryHttpMessageHandlerFactory, ServiceDiscoveryHttpMessageHandlerFactory>();
        services.TryAddSingleton(static provider => new ServiceEndpointResolver(
            provider.GetRequiredService<ServiceEndpointWatcherFactory>(), provider.GetRequiredService<TimeProvider>()));
        return services.Configure(configureOptions);
    }

    /// <summary>Adds the provider that reads endpoints from configuration.</summary>
    public static IServiceCollection AddConfigurationServiceEndpointProvider(this IServiceCollection services)
        => AddConfigurationServiceEndpointProvider(services, configureOptions: static _ => { });

    /// <summary>Adds the provider that reads endpoints from configuration.</summary>
    public static IServiceCollection AddConfigurationServiceEndpointProvider(
        this IServiceCollection services,
        Action<ConfigurationServiceEndpointProviderOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configureOptions);

        services.AddServiceDiscoveryCore();
        services.AddSingleton<IServiceEndpointProviderFactory, ConfigurationServiceEndpointProviderFactory>();
        services.AddOptions<ConfigurationServiceEndpointProviderOptions>().Configure(configureOptions).Validate(
            static options => !string.IsNullOrWhiteSpace(options.SectionName) && options.ShouldApplyHostNameMetadata is not null,
            "SectionName and ShouldApplyHostNameMetadata must be set.");
        return services;
    }

    /// <summary>Adds the provider that uses names as they are.</summary>
    public static IServiceCollection AddPassThroughServiceEndpointProvider(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.AddServiceDiscoveryCore();
        return services.AddSingleton<IServiceEndpointProviderFactory, PassThroughServiceEndpointProviderFactory>();
    }
}
