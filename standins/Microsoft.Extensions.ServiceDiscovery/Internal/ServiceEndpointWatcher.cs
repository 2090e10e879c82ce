using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>
/// Keeps the endpoints of one service until their source says that they changed, or, where it cannot say so, until the refresh
/// period is over. However many ask, one asks the providers.
/// </summary>
internal sealed class ServiceEndpointWatcher(
    string serviceName,
    IServiceEndpointProvider[] providers,
    TimeSpan refreshPeriod,
    TimeProvider timeProvider,
    ILogger logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Resolved? _resolved;
    private Task<Resolved>? _refresh;
    private int _position;

    public string ServiceName => serviceName;

    public long LastUsed { get; private set; } = timeProvider.GetTimestamp();

    public async ValueTask<ServiceEndpointSource> GetEndpointsAsync(CancellationToken cancellationToken)
    {
        LastUsed = timeProvider.GetTimestamp();
        if (_resolved is { } current && IsFresh(current))
        {
            return current.Source;
        }

        return (await RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).Source;
    }

    /// <summary>Returns the endpoints in turn, beginning, as the package does, with the second.</summary>
    public async ValueTask<ServiceEndpoint> GetNextEndpointAsync(CancellationToken cancellationToken)
    {
        var endpoints = (await GetEndpointsAsync(cancellationToken).ConfigureAwait(false)).Endpoints;
        return endpoints.Count switch
        {
            0 => throw new InvalidOperationException($"Unable to resolve endpoint for service {serviceName}"),
            1 => endpoints[0],
            var count => endpoints[(int)((uint)Interlocked.Increment(ref _position) % (uint)count)],
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in providers)
        {
            await provider.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool IsFresh(Resolved resolved)
        => !resolved.Source.ChangeToken.HasChanged
            && (resolved.Source.ChangeToken.ActiveChangeCallbacks || timeProvider.GetElapsedTime(resolved.At) < refreshPeriod);

    private Task<Resolved> RefreshAsync()
    {
        lock (_lock)
        {
            if (_resolved is { } current && IsFresh(current))
            {
                return Task.FromResult(current);
            }

            if (_refresh is null or { IsCompleted: true })
            {
                // Shared by all who wait: it must not carry the context, nor end with the patience, of the one who started it.
                using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
                _refresh = Task.Run(ResolveAsync);
            }

            return _refresh;
        }
    }

    private async Task<Resolved> ResolveAsync()
    {
        try
        {
            var builder = new ServiceEndpointBuilder();
            foreach (var provider in providers)
            {
                await provider.PopulateAsync(builder, CancellationToken.None).ConfigureAwait(false);
            }

            var resolved = new Resolved(builder.Build(), timeProvider.GetTimestamp());
            _resolved = resolved;
            logger.EndpointsResolved(serviceName, resolved.Source);
            return resolved;
        }
        catch (Exception exception)
        {
            logger.ResolutionFailed(exception, serviceName);
            throw;
        }
    }

    private sealed record Resolved(ServiceEndpointSource Source, long At);
}
