using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Holds the state of every resource and tells whoever watches.</summary>
public class ResourceNotificationService : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ChannelWriter<ResourceEvent>> _watchers = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly IServiceProvider _serviceProvider;
    private readonly ILogger<ResourceNotificationService> _logger;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ResourceLoggerService _resourceLoggers;
    private long _version;

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        _logger = logger;
        _lifetime = hostApplicationLifetime;
        _serviceProvider = serviceProvider;
        _resourceLoggers = resourceLoggerService;
        DefaultWaitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior
            ?? WaitBehavior.WaitOnResourceUnavailable;
    }

    internal WaitBehavior DefaultWaitBehavior { get; }

    /// <summary>Waits until a copy of the resource reaches the state, by default Running.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(
        string resourceName,
        IEnumerable<string> targetStates,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targetStates);
        var states = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var reached = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot.State is { } state && states.Contains(state.Text),
            cancellationToken).ConfigureAwait(false);
        return reached.Snapshot.State!.Text;
    }

    public Task<ResourceEvent> WaitForResourceAsync(
        string resourceName,
        Func<ResourceEvent, bool> predicate,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        ArgumentNullException.ThrowIfNull(predicate);
        ThrowIfUnknown(resourceName);
        return WaitForAsync(e => Matches(e, resourceName) && predicate(e), cancellationToken);
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName,
        WaitBehavior waitBehavior,
        CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot.HealthStatus == HealthStatus.Healthy
                || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsUnavailable(e.Snapshot)),
            cancellationToken).ConfigureAwait(false);

        if (reached.Snapshot.HealthStatus != HealthStatus.Healthy)
        {
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it entered the '{reached.Snapshot.State!.Text}' state.");
        }

        return reached;
    }

    /// <summary>Waits for everything that the resource was told to wait for.</summary>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new DependencyWaiter(this, _resourceLoggers, resource).WaitAsync(cancellationToken);
    }

    /// <summary>Every resource's current state, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // State changes are few and a watcher that missed one might wait for ever, so none is dropped.
        var channel = Channel.CreateUnbounded<ResourceEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_lock)
        {
            foreach (var current in _current.Values)
            {
                channel.Writer.TryWrite(current);
            }

            _watchers.Add(channel.Writer);
        }

        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
            await foreach (var change in channel.Reader.ReadAllAsync(linked.Token).ConfigureAwait(false))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel.Writer);
            }
        }
    }

    /// <summary>Changes the state of every copy of the resource.</summary>
    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Task.WhenAll(resource.GetInstances().Select(i => PublishUpdateAsync(resource, i.Name, stateFactory)));
    }

    /// <summary>Changes the state of one copy of the resource.</summary>
    public Task PublishUpdateAsync(
        IResource resource,
        string resourceId,
        Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(resourceId);
        ArgumentNullException.ThrowIfNull(stateFactory);

        string? previousState;
        ResourceEvent change;
        lock (_lock)
        {
            var previous = _current.GetValueOrDefault(resourceId)?.Snapshot;
            previousState = previous?.State?.Text;
            var next = stateFactory(previous ?? InitialSnapshots.Create(resource));
            next = ResourceCommands.WithCurrentCommands(resource, next, _serviceProvider) with { Version = ++_version };
            change = new ResourceEvent(resource, resourceId, next);
            _current[resourceId] = change;
            foreach (var watcher in _watchers)
            {
                watcher.TryWrite(change);
            }
        }

        if (change.Snapshot.State?.Text is { } state && state != previousState)
        {
            ResourceNotificationLog.StateChanged(_logger, resource.Name, resourceId, previousState, state);
        }

        return Task.CompletedTask;
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        ArgumentNullException.ThrowIfNull(resourceId);
        lock (_lock)
        {
            return _current.TryGetValue(resourceId, out resourceEvent);
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    internal static bool IsUnavailable(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } state
        && (state == KnownResourceStates.Finished
            || state == KnownResourceStates.Exited
            || state == KnownResourceStates.FailedToStart
            || state == KnownResourceStates.RuntimeUnhealthy);

    internal async Task<ResourceEvent> WaitForAsync(Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.ApplicationStopping);
        await foreach (var change in WatchAsync(linked.Token).ConfigureAwait(false))
        {
            if (predicate(change))
            {
                return change;
            }
        }

        throw new OperationCanceledException("The application stopped before the wait was over.");
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_disposing.IsCancellationRequested)
        {
            _disposing.Cancel();
            _disposing.Dispose();
        }
    }

    private static bool Matches(ResourceEvent change, string resourceName) =>
        string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase)
        || string.Equals(change.ResourceId, resourceName, StringComparison.OrdinalIgnoreCase);

    // A wait for a name that is not in the model would never end.
    private void ThrowIfUnknown(string resourceName)
    {
        var known = _serviceProvider.GetService<DistributedApplicationModel>()?.Resources.Any(
            r => string.Equals(r.Name, resourceName, StringComparison.OrdinalIgnoreCase)
                || r.GetInstances().Any(i => string.Equals(i.Name, resourceName, StringComparison.OrdinalIgnoreCase)));
        if (known == false)
        {
            throw new ArgumentException($"Resource '{resourceName}' not found.", nameof(resourceName));
        }
    }
}

public class ResourceNotificationServiceOptions
{
    public WaitBehavior DefaultWaitBehavior { get; set; }
}

internal static partial class ResourceNotificationLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Resource {Resource}/{ResourceId} changed state: {PreviousState} -> {State}.")]
    public static partial void StateChanged(ILogger logger, string resource, string resourceId, string? previousState, string state);
}
