using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Holds one resource back until all copies of what it waits for are where they must be.</summary>
internal sealed class DependencyWaiter(ResourceNotificationService notifications, ResourceLoggerService loggers, IResource resource)
{
    private readonly ILogger _logger = loggers.GetLogger(resource);

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().ToArray();
        if (waits.Length == 0)
        {
            return;
        }

        await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Waiting }).ConfigureAwait(false);
        await Task.WhenAll(waits.Select(wait => WaitAsync(wait, cancellationToken))).ConfigureAwait(false);
    }

    private async Task WaitAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var behavior = wait.WaitBehavior ?? notifications.DefaultWaitBehavior;
        var instances = wait.Resource.GetInstances();
        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            DependencyWaiterLog.WaitingForCompletion(_logger, name);
            await Task.WhenAll(instances.Select(i => CompletedAsync(wait, i.Name, cancellationToken))).ConfigureAwait(false);
        }
        else
        {
            DependencyWaiterLog.WaitingForRunning(_logger, name);
            await Task.WhenAll(instances.Select(i => RunningAsync(name, i.Name, behavior, cancellationToken))).ConfigureAwait(false);
            if (wait.WaitType == WaitType.WaitUntilHealthy)
            {
                DependencyWaiterLog.WaitingForHealthy(_logger, name);
                await Task.WhenAll(instances.Select(i => HealthyAsync(name, i.Name, behavior, cancellationToken))).ConfigureAwait(false);
            }
        }

        DependencyWaiterLog.FinishedWaiting(_logger, name);
    }

    private async Task RunningAsync(string name, string id, WaitBehavior behavior, CancellationToken cancellationToken)
    {
        var reached = await notifications.WaitForAsync(
            e => Is(e, id) && (e.Snapshot.State?.Text == KnownResourceStates.Running || Gone(e, behavior)),
            cancellationToken).ConfigureAwait(false);
        ThrowIfGone(name, reached, behavior);
    }

    private async Task HealthyAsync(string name, string id, WaitBehavior behavior, CancellationToken cancellationToken)
    {
        var reached = await notifications.WaitForAsync(
            e => Is(e, id) && (e.Snapshot.HealthStatus == HealthStatus.Healthy || Gone(e, behavior)),
            cancellationToken).ConfigureAwait(false);
        ThrowIfGone(name, reached, behavior);

        DependencyWaiterLog.WaitingForReady(_logger, name);
        reached = await notifications.WaitForAsync(
            e => Is(e, id) && (e.Snapshot.ResourceReadyEvent is not null || Gone(e, behavior)),
            cancellationToken).ConfigureAwait(false);
        ThrowIfGone(name, reached, behavior);
        await reached.Snapshot.ResourceReadyEvent!.EventTask.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CompletedAsync(WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        var reached = await notifications.WaitForAsync(
            e => Is(e, id) && e.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text),
            cancellationToken).ConfigureAwait(false);
        var (name, state, exitCode) = (wait.Resource.Name, reached.Snapshot.State!.Text, reached.Snapshot.ExitCode);
        if (state == KnownResourceStates.FailedToStart)
        {
            throw new DistributedApplicationException($"Dependency resource '{name}' failed to start.");
        }

        if (exitCode is not null && exitCode != wait.ExitCode)
        {
            throw new DistributedApplicationException(
                $"Resource '{name}' has entered the '{state}' state with exit code '{exitCode}', expected '{wait.ExitCode}'.");
        }
    }

    private static bool Is(ResourceEvent change, string id) => string.Equals(change.ResourceId, id, StringComparison.OrdinalIgnoreCase);

    private static bool Gone(ResourceEvent change, WaitBehavior behavior) =>
        behavior == WaitBehavior.StopOnResourceUnavailable && ResourceNotificationService.IsUnavailable(change.Snapshot);

    private static void ThrowIfGone(string name, ResourceEvent reached, WaitBehavior behavior)
    {
        if (Gone(reached, behavior))
        {
            throw new DistributedApplicationException(
                $"Dependency resource '{name}' entered the '{reached.Snapshot.State!.Text}' state, so it cannot be waited for.");
        }
    }
}

internal static partial class DependencyWaiterLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Name}' to enter the 'Running' state.")]
    public static partial void WaitingForRunning(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Name}' to become healthy.")]
    public static partial void WaitingForHealthy(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource ready to execute for '{Name}'.")]
    public static partial void WaitingForReady(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Name}' to complete.")]
    public static partial void WaitingForCompletion(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Finished waiting for resource '{Name}'.")]
    public static partial void FinishedWaiting(ILogger logger, string name);
}
