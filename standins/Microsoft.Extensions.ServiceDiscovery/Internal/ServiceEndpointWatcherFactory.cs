using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery;

internal sealed class ServiceEndpointWatcherFactory(
    IEnumerable<IServiceEndpointProviderFactory> factories,
    ILogger<ServiceEndpointWatcher> logger,
    IOptions<ServiceDiscoveryOptions> options,
    TimeProvider timeProvider)
{
    private readonly IServiceEndpointProviderFactory[] _factories = [.. factories];

    public ServiceEndpointWatcher CreateWatcher(string serviceName)
    {
        if (!ServiceEndpointQuery.TryParse(serviceName, out var query))
        {
            throw new ArgumentException($"The provided input was not in a valid format. It must be a valid URI: '{serviceName}'", nameof(serviceName));
        }

        List<IServiceEndpointProvider> providers = [];
        foreach (var factory in _factories)
        {
            if (factory.TryCreateProvider(query, out var provider))
            {
                providers.Add(provider);
            }
        }

        return providers.Count == 0
            ? throw new InvalidOperationException("No service endpoint providers are configured.")
            : new ServiceEndpointWatcher(serviceName, [.. providers], options.Value.RefreshPeriod, timeProvider, logger);
    }
}
