using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery.Configuration;

internal sealed class ConfigurationServiceEndpointProviderFactory(
    IConfiguration configuration,
    IOptions<ConfigurationServiceEndpointProviderOptions> options,
    IOptions<ServiceDiscoveryOptions> discoveryOptions,
    ILogger<ConfigurationServiceEndpointProvider> logger) : IServiceEndpointProviderFactory
{
    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        provider = new ConfigurationServiceEndpointProvider(query, configuration, options.Value, discoveryOptions.Value, logger);
        return true;
    }
}
