using System.Collections.Concurrent;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>One watcher per name. Names may come from outside (any host that a client calls), so idle ones are let go.</summary>
internal sealed class WatcherCache : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan IdlePeriod = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, ServiceEndpointWatcher> _watchers = new(StringComparer.OrdinalIgnoreCase);
    private readonly ServiceEndpointWatcherFactory _factory;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _sweep;
    private bool _disposed;

    public WatcherCache(ServiceEndpointWatcherFactory factory, TimeProvider timeProvider)
    {
        _factory = factory;
        _timeProvider = timeProvider;
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _sweep = timeProvider.CreateTimer(static cache => ((WatcherCache)cache!).Sweep(), this, IdlePeriod, IdlePeriod);
    }

    public int Count => _watchers.Count;

    public ServiceEndpointWatcher Get(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _watchers.GetOrAdd(name, static (name, factory) => factory.CreateWatcher(name), _factory);
    }

    public void Dispose()
    {
        _disposed = true;
        _sweep.Dispose();
        _watchers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _sweep.DisposeAsync().ConfigureAwait(false);
        foreach (var (name, watcher) in _watchers)
        {
            _watchers.TryRemove(name, out _);
            await watcher.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Sweep()
    {
        foreach (var entry in _watchers)
        {
            // Whoever still holds the watcher goes on with it: letting it go only makes the next caller start afresh.
            if (_timeProvider.GetElapsedTime(entry.Value.LastUsed) > IdlePeriod)
            {
                _watchers.TryRemove(entry);
            }
        }
    }
}
