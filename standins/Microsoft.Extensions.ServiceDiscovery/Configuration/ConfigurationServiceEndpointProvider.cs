using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.ServiceDiscovery.Configuration;

/// <summary>Reads endpoints from <c>Services:{service}:{endpoint or scheme}:{n}</c>.</summary>
internal sealed class ConfigurationServiceEndpointProvider(
    ServiceEndpointQuery query,
    IConfiguration configuration,
    ConfigurationServiceEndpointProviderOptions options,
    ServiceDiscoveryOptions discoveryOptions,
    ILogger logger) : IServiceEndpointProvider, IHostNameFeature
{
    private readonly bool _anyScheme = discoveryOptions.AllowAllSchemes && query.IncludedSchemes.Count == 0;
    private readonly IReadOnlyList<string> _schemes = discoveryOptions.ApplyAllowedSchemes(query.IncludedSchemes);

    string IHostNameFeature.HostName => query.ServiceName;

    public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
    {
        if (endpoints.Endpoints.Count == 0)
        {
            // Taken before the values are read: a reload in between is then seen, at worst, once too often.
            endpoints.AddChangeToken(configuration.GetReloadToken());
            Populate(endpoints.Endpoints);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override string ToString() => "Configuration";

    private void Populate(IList<ServiceEndpoint> endpoints)
    {
        var service = configuration.GetSection(options.SectionName).GetSection(query.ServiceName);
        if (FindEndpointSection(service) is not { } section)
        {
            logger.ConfigurationNotFound(query.ServiceName, service.Path);
            return;
        }

        foreach (var endpoint in Wanted([.. Read(section)]))
        {
            endpoints.Add(endpoint);
        }
    }

    private IConfigurationSection? FindEndpointSection(IConfigurationSection service)
    {
        string[] names = string.IsNullOrWhiteSpace(query.EndpointName) ? ["default", .. _schemes] : [query.EndpointName];
        return names.Select(service.GetSection).FirstOrDefault(static section => section.Exists());
    }

    private IEnumerable<ServiceEndpoint> Read(IConfigurationSection section)
    {
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            return [Parse(section, section)];
        }

        return section.GetChildren().Select(child => int.TryParse(child.Key, out _)
            ? Parse(child, section)
            : throw new KeyNotFoundException(
                $"The endpoint configuration section for service '{query.ServiceName}' endpoint '{section.Key}' has non-numeric keys."));
    }

    private ServiceEndpoint Parse(IConfigurationSection value, IConfigurationSection section)
    {
        if (!ServiceEndpoint.TryParse(value.Value, out var endpoint))
        {
            throw new KeyNotFoundException(
                $"The endpoint configuration section for service '{query.ServiceName}' endpoint '{section.Key}' has an invalid value with key '{value.Key}'.");
        }

        endpoint.Features.Set<IServiceEndpointProvider>(this);
        if (options.ShouldApplyHostNameMetadata(endpoint))
        {
            endpoint.Features.Set<IHostNameFeature>(this);
        }

        return endpoint;
    }

    /// <summary>Of the entries with a scheme, those of the most preferred scheme that has any; all entries without one.</summary>
    private IEnumerable<ServiceEndpoint> Wanted(List<ServiceEndpoint> endpoints)
    {
        if (_anyScheme)
        {
            return endpoints;
        }

        var scheme = _schemes.FirstOrDefault(scheme => endpoints.Exists(endpoint => Scheme(endpoint) == scheme));
        return endpoints.Where(endpoint => Scheme(endpoint) is not { } own || own == scheme);
    }

    private static string? Scheme(ServiceEndpoint endpoint) => (endpoint.EndPoint as UriEndPoint)?.Uri.Scheme;
}
