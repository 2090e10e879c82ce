namespace Microsoft.Extensions.ServiceDiscovery.Http;

/// <summary>Resolves one endpoint per request, by scheme, host and port of its address.</summary>
internal sealed class HttpServiceEndpointResolver(ServiceEndpointWatcherFactory factory, TimeProvider timeProvider) : IAsyncDisposable, IDisposable
{
    private readonly WatcherCache _watchers = new(factory, timeProvider);

    public ValueTask<ServiceEndpoint> GetEndpointAsync(Uri requestUri, CancellationToken cancellationToken)
        => _watchers.Get(requestUri.GetLeftPart(UriPartial.Authority)).GetNextEndpointAsync(cancellationToken);

    public ValueTask DisposeAsync() => _watchers.DisposeAsync();

    public void Dispose() => _watchers.Dispose();
}
