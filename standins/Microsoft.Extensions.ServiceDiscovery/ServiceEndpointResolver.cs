namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Resolves names of services to their endpoints.</summary>
public sealed class ServiceEndpointResolver : IAsyncDisposable
{
    private readonly WatcherCache _watchers;

    internal ServiceEndpointResolver(ServiceEndpointWatcherFactory factory, TimeProvider timeProvider)
        => _watchers = new WatcherCache(factory, timeProvider);

    /// <summary>Returns the endpoints of a service.</summary>
    public ValueTask<ServiceEndpointSource> GetEndpointsAsync(string serviceName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        return _watchers.Get(serviceName).GetEndpointsAsync(cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _watchers.DisposeAsync();
}
