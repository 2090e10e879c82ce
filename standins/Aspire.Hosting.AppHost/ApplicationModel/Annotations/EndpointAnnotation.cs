using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address at which a resource listens.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocated =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string? _transport;
    private int? _port;

    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        [EndpointName] string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        _transport = transport;
        Name = name ?? UriScheme;
        ModelName.Validate("Endpoint", Name);
        _port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
        TlsEnabled = UriScheme == "https";
    }

    public string Name { get; }

    public ProtocolType Protocol { get; set; }

    /// <summary>Where callers connect; chosen at start when absent.</summary>
    public int? Port
    {
        // Without a proxy in between, callers connect to what the process listens on.
        get => _port ?? (IsProxied ? null : TargetPort);
        set => _port = value;
    }

    /// <summary>Where the process or the container listens.</summary>
    public int? TargetPort { get; set; }

    public string UriScheme { get; set; }

    public string TargetHost { get; set; } = "localhost";

    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol == ProtocolType.Udp ? "udp" : "tcp");
        set => _transport = value;
    }

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; } = true;

    public bool TlsEnabled { get; set; }

    /// <summary>Leaves the endpoint out of what a reference to the whole resource hands out.</summary>
    public bool ExcludeReferenceEndpoint { get; set; }

    /// <summary>Where the endpoint really is, once the application has started it.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocated.Task.IsCompletedSuccessfully ? _allocated.Task.Result : null;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!_allocated.TrySetResult(value))
            {
                throw new InvalidOperationException($"The endpoint '{Name}' has already been allocated.");
            }
        }
    }

    internal bool FromLaunchProfile { get; set; }

    /// <summary>The resource hands this endpoint's port to its process itself, not through the usual variables.</summary>
    internal bool ExcludedFromEnvironment { get; set; }

    internal Task<AllocatedEndpoint> WaitForAllocationAsync(CancellationToken cancellationToken) =>
        _allocated.Task.WaitAsync(cancellationToken);
}

/// <summary>An endpoint with its address.</summary>
public class AllocatedEndpoint
{
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        Endpoint = endpoint;
        Address = address;
        Port = port;
        TargetPortExpression = targetPortExpression;
    }

    public EndpointAnnotation Endpoint { get; }

    public string Address { get; }

    public int Port { get; }

    public string? TargetPortExpression { get; }

    public string UriScheme => Endpoint.UriScheme;

    public string EndPointString => $"{Address}:{Port}";

    public string UriString => $"{UriScheme}://{EndPointString}";

    public override string ToString() => UriString;
}

/// <summary>Says which endpoints of another resource this one refers to.</summary>
public sealed class EndpointReferenceAnnotation(IResourceWithEndpoints resource) : IResourceAnnotation
{
    public IResourceWithEndpoints Resource { get; } = resource;

    public bool UseAllEndpoints { get; set; }

    public HashSet<string> EndpointNames { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name callers look for, where it is not the resource's.</summary>
    internal string? ServiceName { get; init; }
}
