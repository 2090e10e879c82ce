using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery.PassThrough;

/// <summary>Comes last: what nobody knows is used as it is written, and DNS has the last word.</summary>
internal sealed class PassThroughServiceEndpointProviderFactory : IServiceEndpointProviderFactory
{
    public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
    {
        provider = new PassThroughServiceEndpointProvider(EndPointOf(query));
        return true;
    }

    private static EndPoint EndPointOf(ServiceEndpointQuery query)
    {
        var text = query.ToString();
        var absolute = text.Contains("://", StringComparison.Ordinal) ? text : $"scheme://{text}";
        return Uri.TryCreate(absolute, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? HostAndPort.Create(uri)
            : new DnsEndPoint(query.ServiceName, 0);
    }

    private sealed class PassThroughServiceEndpointProvider(EndPoint endPoint) : IServiceEndpointProvider
    {
        public ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            if (endpoints.Endpoints.Count == 0)
            {
                var endpoint = ServiceEndpoint.Create(endPoint);
                endpoint.Features.Set<IServiceEndpointProvider>(this);
                endpoints.Endpoints.Add(endpoint);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public override string ToString() => "Pass-through";
    }
}
