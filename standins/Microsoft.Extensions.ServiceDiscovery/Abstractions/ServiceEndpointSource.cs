using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>The endpoints of a service, as they were when they were resolved.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ServiceEndpointSource
{
    private readonly List<ServiceEndpoint> _endpoints;

    /// <summary>Creates a source.</summary>
    public ServiceEndpointSource(List<ServiceEndpoint>? endpoints, IChangeToken changeToken, IFeatureCollection features)
    {
        ArgumentNullException.ThrowIfNull(changeToken);
        ArgumentNullException.ThrowIfNull(features);
        _endpoints = endpoints ?? [];
        ChangeToken = changeToken;
        Features = features;
    }

    /// <summary>Gets the endpoints.</summary>
    public IReadOnlyList<ServiceEndpoint> Endpoints => _endpoints;

    /// <summary>Gets the token that says when the endpoints are out of date.</summary>
    public IChangeToken ChangeToken { get; }

    /// <summary>Gets what else is known.</summary>
    public IFeatureCollection Features { get; }

    /// <inheritdoc />
    public override string ToString() => $"[{string.Join(", ", _endpoints)}]";
}
