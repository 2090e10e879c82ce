namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Knows the endpoints of one service.</summary>
public interface IServiceEndpointProvider : IAsyncDisposable
{
    /// <summary>Adds the endpoints that this provider knows.</summary>
    ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken);
}
