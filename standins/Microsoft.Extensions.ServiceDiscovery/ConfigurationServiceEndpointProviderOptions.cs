namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>How endpoints are read from configuration.</summary>
public sealed class ConfigurationServiceEndpointProviderOptions
{
    /// <summary>Gets or sets the section that holds one section per service.</summary>
    public string SectionName { get; set; } = "Services";

    /// <summary>Gets or sets the rule for which endpoints requests carry the service's name in their <c>Host</c> header.</summary>
    public Func<ServiceEndpoint, bool> ShouldApplyHostNameMetadata { get; set; } = static _ => false;
}
