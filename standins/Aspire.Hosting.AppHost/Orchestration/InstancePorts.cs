using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Proxying;

namespace Aspire.Hosting.Orchestration;

/// <summary>The ports that one run of one copy listens on: new ones at every start, so nothing of the last run can be in the way.</summary>
internal sealed class InstancePorts : IDisposable
{
    private readonly List<int> _taken = [];
    private readonly List<(ProxyTargets Targets, int Port)> _routes = [];

    private InstancePorts()
    {
    }

    /// <summary>Chooses the ports and tells the copy, whose environment is made from them.</summary>
    public static InstancePorts Take(ResourceInstance instance, EndpointAllocator endpoints)
    {
        var ports = new InstancePorts();
        instance.TargetPorts.Clear();
        foreach (var endpoint in instance.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            var port = endpoint.TargetPort ?? endpoints.DirectPortOf(endpoint) ?? ports.TakeOne();
            instance.TargetPorts[endpoint.Name] = port;
            if (endpoints.ProxyOf(endpoint) is { } proxy)
            {
                ports._routes.Add((proxy.Targets, port));
            }
        }

        return ports;
    }

    public void Open() => _routes.ForEach(route => route.Targets.Add(route.Port));

    public void Close() => _routes.ForEach(route => route.Targets.Remove(route.Port));

    public void Dispose()
    {
        Close();
        _taken.ForEach(PortAllocator.Return);
        _taken.Clear();
    }

    private int TakeOne()
    {
        var port = PortAllocator.Take();
        _taken.Add(port);
        return port;
    }
}
