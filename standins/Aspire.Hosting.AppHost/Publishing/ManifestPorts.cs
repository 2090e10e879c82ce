using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>Chooses the ports that a manifest must name and the model leaves open: the same in every run, from 8000 on.</summary>
internal sealed class ManifestPorts
{
    private const int First = 8000;

    private readonly HashSet<int> _used = [];
    private int _next = First;

    /// <summary>The port that callers use, and the one that the process listens on; null where whoever deploys decides.</summary>
    public IEnumerable<(EndpointAnnotation Endpoint, int? Port, int? TargetPort)> Of(IResource resource)
    {
        var defaults = new HashSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var isDefault = resource is ProjectResource && endpoint.UriScheme is "http" or "https" && defaults.Add(endpoint.UriScheme);
            var targetPort = endpoint.TargetPort
                ?? (resource is ContainerResource ? endpoint.Port : null)
                ?? (isDefault ? null : Take());
            var port = endpoint.Port == targetPort ? null : endpoint.Port;
            Use(targetPort);
            Use(port);
            yield return (endpoint, port, targetPort);
        }
    }

    private int Take()
    {
        while (!_used.Add(_next))
        {
            _next++;
        }

        return _next;
    }

    private void Use(int? port)
    {
        if (port is { } number)
        {
            _used.Add(number);
        }
    }
}
