using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Collects the endpoints of a service from its providers.</summary>
public interface IServiceEndpointBuilder
{
    /// <summary>Gets the endpoints so far.</summary>
    IList<ServiceEndpoint> Endpoints { get; }

    /// <summary>Gets what else is known.</summary>
    IFeatureCollection Features { get; }

    /// <summary>Adds a token that says when the endpoints are out of date.</summary>
    void AddChangeToken(IChangeToken changeToken);
}
