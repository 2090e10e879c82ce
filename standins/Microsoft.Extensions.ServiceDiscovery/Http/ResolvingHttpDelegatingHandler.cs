using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery.Http;

/// <summary>Sends each request to one of its service's endpoints.</summary>
internal sealed class ResolvingHttpDelegatingHandler(HttpServiceEndpointResolver resolver, ServiceDiscoveryOptions options) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } original)
        {
            throw new InvalidOperationException("Cannot resolve an endpoint for a request which has no RequestUri");
        }

        var endpoint = await resolver.GetEndpointAsync(original, cancellationToken).ConfigureAwait(false);
        var originalHost = request.Headers.Host;

        request.RequestUri = Locate(original, endpoint);
        if (originalHost is null && endpoint.Features.Get<IHostNameFeature>() is { } feature)
        {
            request.Headers.Host = feature.HostName;
        }

        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A retry outside of this handler resolves again, and may find another instance.
            request.RequestUri = original;
            request.Headers.Host = originalHost;
        }
    }

    private Uri Locate(Uri original, ServiceEndpoint endpoint)
    {
        UriBuilder location;
        switch (endpoint.EndPoint)
        {
            case UriEndPoint { Uri: var uri }:
                location = new UriBuilder(original) { Scheme = uri.Scheme, Host = uri.Host, Port = uri.Port };
                if (uri.AbsolutePath.Length > 1)
                {
                    location.Path = $"{uri.AbsolutePath.TrimEnd('/')}/{original.AbsolutePath.TrimStart('/')}";
                }

                break;
            case DnsEndPoint dns:
                location = At(original, dns.Host, dns.Port);
                break;
            case IPEndPoint ip:
                location = At(original, ip.Address.ToString(), ip.Port);
                break;
            default:
                throw new InvalidOperationException($"Endpoints of type {endpoint.EndPoint.GetType()} are not supported");
        }

        return location.Uri;
    }

    private UriBuilder At(Uri original, string host, int port)
    {
        var location = new UriBuilder(original) { Host = host };
        var isDefaultPort = original.IsDefaultPort;
        if (original.Scheme.Split('+') is [var preferred, _, ..])
        {
            location.Scheme = options.AllowAllSchemes || options.AllowedSchemes.Contains(preferred, StringComparer.OrdinalIgnoreCase)
                ? preferred
                : throw new InvalidOperationException($"The scheme '{preferred}' is not allowed.");
            isDefaultPort = original.Port <= 0;
        }

        location.Port = port > 0 ? port : isDefaultPort ? -1 : original.Port;
        return location;
    }
}
