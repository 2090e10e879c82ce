namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>The host name that requests to an endpoint carry in their <c>Host</c> header.</summary>
public interface IHostNameFeature
{
    /// <summary>Gets the host name.</summary>
    string HostName { get; }
}
