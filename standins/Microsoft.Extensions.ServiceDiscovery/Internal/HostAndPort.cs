using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Reads <c>host</c>, <c>host:port</c>, addresses of both families; port 0 means that none was written.</summary>
internal static class HostAndPort
{
    public static bool TryParse(string value, [NotNullWhen(true)] out EndPoint? endPoint)
    {
        endPoint = null;
        if (!Uri.TryCreate($"scheme://{value}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return false;
        }

        endPoint = Create(uri);
        return true;
    }

    public static EndPoint Create(Uri uri)
    {
        var port = Math.Max(uri.Port, 0);
        return IPAddress.TryParse(uri.Host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(uri.Host, port);
    }
}
