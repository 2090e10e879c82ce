using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Proxying;

namespace Aspire.Hosting.Orchestration;

/// <summary>Gives every endpoint its address before anything starts, so that everybody can be told everybody's.</summary>
internal sealed class EndpointAllocator(OrchestrationOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<EndpointAnnotation, EndpointProxy> _proxies = [];
    private readonly Dictionary<EndpointAnnotation, int> _direct = [];
    private readonly List<int> _taken = [];

    /// <exception cref="DistributedApplicationException">Some ports are taken; all of them are named.</exception>
    public void Allocate(IEnumerable<IResource> resources)
    {
        var problems = new List<string>();
        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.AllocatedEndpoint is null))
            {
                try
                {
                    Allocate(resource, endpoint);
                }
                catch (PortTakenException exception)
                {
                    problems.Add(
                        $"Resource '{resource.Name}' cannot have port {exception.Port} for its endpoint '{endpoint.Name}'. {exception.Message} "
                        + "Stop what holds it, or give the endpoint another port.");
                }
            }
        }

        if (problems.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, problems));
        }
    }

    public EndpointProxy? ProxyOf(EndpointAnnotation endpoint) => _proxies.GetValueOrDefault(endpoint);

    /// <summary>The port on which the process itself is reached by callers, where no proxy stands between.</summary>
    public int? DirectPortOf(EndpointAnnotation endpoint) => _direct.TryGetValue(endpoint, out var port) ? port : null;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_proxies.Values.Select(proxy => proxy.DisposeAsync().AsTask())).ConfigureAwait(false);
        _taken.ForEach(PortAllocator.Return);
        _taken.Clear();
    }

    private void Allocate(IResource resource, EndpointAnnotation endpoint)
    {
        if (resource.TryGetLastAnnotation<ExternalServerAnnotation>(out var external))
        {
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, external.Host, external.Port);
            return;
        }

        EnsureReplicasCanShare(resource, endpoint);

        // A server in a container, or one of its kind run locally, has one copy that comes back on its own port: nothing to spread.
        var isProxied = endpoint.IsProxied && endpoint.Protocol == ProtocolType.Tcp && resource is not ContainerResource;
        if (!isProxied)
        {
            var port = TakeDirect(endpoint);
            _direct.Add(endpoint, port);
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, port);
            return;
        }

        var proxy = EndpointProxy.Listen(options.RandomizePorts ? null : endpoint.Port, time);
        _proxies.Add(endpoint, proxy);
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, proxy.Port, proxy.Port.ToString());
    }

    private static void EnsureReplicasCanShare(IResource resource, EndpointAnnotation endpoint)
    {
        if (resource.GetReplicaCount() == 1)
        {
            return;
        }

        if (endpoint.TargetPort is { } targetPort)
        {
            throw new DistributedApplicationException(
                $"Resource '{resource.Name}' has {resource.GetReplicaCount()} replicas, which cannot all listen on the target port {targetPort} "
                + $"of its endpoint '{endpoint.Name}'. Leave the target port out.");
        }

        if (!endpoint.IsProxied)
        {
            throw new DistributedApplicationException(
                $"Resource '{resource.Name}' has {resource.GetReplicaCount()} replicas, which cannot share its endpoint '{endpoint.Name}' "
                + "without a proxy. Leave 'isProxied: false' out.");
        }
    }

    private int TakeDirect(EndpointAnnotation endpoint)
    {
        var isRandom = endpoint.Port is null || (options.RandomizePorts && endpoint.IsProxied);
        if (isRandom)
        {
            var port = PortAllocator.Take();
            _taken.Add(port);
            return port;
        }

        if (endpoint.Protocol == ProtocolType.Tcp && !PortAllocator.IsFree(endpoint.Port!.Value))
        {
            throw new PortTakenException(endpoint.Port.Value, new SocketException((int)SocketError.AddressAlreadyInUse));
        }

        return endpoint.Port!.Value;
    }
}
