using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>One endpoint of a service.</summary>
public abstract class ServiceEndpoint
{
    /// <summary>Gets where the endpoint is.</summary>
    public abstract EndPoint EndPoint { get; }

    /// <summary>Gets what else is known of the endpoint.</summary>
    public abstract IFeatureCollection Features { get; }

    /// <summary>Creates an endpoint.</summary>
    public static ServiceEndpoint Create(EndPoint endPoint, IFeatureCollection? features = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return new PlainServiceEndpoint(endPoint, features ?? new FeatureCollection());
    }

    /// <summary>Reads a URI, or a host or address with an optional port.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out ServiceEndpoint? serviceEndpoint)
    {
        serviceEndpoint = Parse(value) is { } endPoint ? Create(endPoint) : null;
        return serviceEndpoint is not null;
    }

    private static EndPoint? Parse(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        if (value.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(value, UriKind.Absolute, out var uri) ? new UriEndPoint(uri) : null;
        }

        return HostAndPort.TryParse(value, out var host) ? host : null;
    }

    private sealed class PlainServiceEndpoint(EndPoint endPoint, IFeatureCollection features) : ServiceEndpoint
    {
        public override EndPoint EndPoint => endPoint;

        public override IFeatureCollection Features => features;

        public override string? ToString() => endPoint switch
        {
            IPEndPoint { Port: 0 } ip => ip.Address.ToString(),
            DnsEndPoint { Port: 0 } dns => dns.Host,
            DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
            _ => endPoint.ToString(),
        };
    }
}
