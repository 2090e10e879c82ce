using System.Diagnostics.CodeAnalysis;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>What is asked for: <c>scheme+scheme://_endpoint.service</c>, of which only the service must be there.</summary>
public sealed class ServiceEndpointQuery
{
    private readonly string _text;

    private ServiceEndpointQuery(string text, string[] schemes, string serviceName, string? endpointName)
    {
        _text = text;
        IncludedSchemes = schemes;
        ServiceName = serviceName;
        EndpointName = endpointName;
    }

    /// <summary>Gets the schemes that are wanted, in order of preference.</summary>
    public IReadOnlyList<string> IncludedSchemes { get; }

    /// <summary>Gets the name of the endpoint, or <see langword="null"/> where none is named.</summary>
    public string? EndpointName { get; }

    /// <summary>Gets the name of the service.</summary>
    public string ServiceName { get; }

    /// <summary>Reads a query.</summary>
    public static bool TryParse(string input, [NotNullWhen(true)] out ServiceEndpointQuery? query)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);

        query = null;
        var hasScheme = input.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? input : $"scheme://{input}", UriKind.Absolute, out var uri))
        {
            return false;
        }

        var (endpoint, service) = Split(uri.Host);
        query = new ServiceEndpointQuery(input, hasScheme ? uri.Scheme.Split('+') : [], service, endpoint);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => _text;

    private static (string? Endpoint, string Service) Split(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1 && !host.EndsWith('.')
            ? (host[1..dot], host[(dot + 1)..])
            : (null, host);
    }
}
