using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration.Health;

/// <summary>
/// Runs the health checks of one resource while it runs: quickly until it is healthy, then now and then. Says once per start that
/// the resource is ready.
/// </summary>
internal sealed class ResourceHealthMonitor(IResource resource, RunnerServices services) : IDisposable
{
    private const double Growth = 1.5;
    private const int RefusalsUntilHopeless = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealthyPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HopeTime = TimeSpan.FromSeconds(20);

    private readonly HashSet<string> _keys =
        [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key)];

    private readonly ILogger _logger = services.Loggers.GetLogger(resource);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource<string> _hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _ready;
    private int _refusals;

    /// <summary>Why it will not become healthy: refused for good, or silent for too long from the start. Ends only in that case.</summary>
    public Task<string> Hopeless => _hopeless.Task;

    /// <summary>Something has started: it is looked at now.</summary>
    public void Wake() => _wake.Release();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        var startedAt = services.Time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            var running = RunningInstances();
            if (running.Length == 0)
            {
                _ready = null;
                await _wake.WaitAsync(cancellationToken).ConfigureAwait(false);
                pause = FirstPause;
                continue;
            }

            var reports = await CheckAsync(cancellationToken).ConfigureAwait(false);
            await PublishAsync(running, reports).ConfigureAwait(false);
            var isHealthy = reports.All(report => report.Status == HealthStatus.Healthy);
            if (isHealthy)
            {
                await PublishReadyAsync(running, cancellationToken).ConfigureAwait(false);
            }
            else if (_ready is null)
            {
                Judge(reports, services.Time.GetElapsedTime(startedAt));
            }

            pause = isHealthy ? HealthyPause : pause >= LongestPause ? LongestPause : pause * Growth;
            if (await _wake.WaitAsync(pause, cancellationToken).ConfigureAwait(false))
            {
                pause = FirstPause;
            }
        }
    }

    public void Dispose() => _wake.Dispose();

    private string[] RunningInstances() =>
    [
        .. resource.GetInstances().Select(instance => instance.Name).Where(name =>
            services.Notifications.TryGetCurrentState(name, out var current) && current.Snapshot.State?.Text == KnownResourceStates.Running),
    ];

    private async Task<ImmutableArray<HealthReportSnapshot>> CheckAsync(CancellationToken cancellationToken)
    {
        if (_keys.Count == 0)
        {
            return [];
        }

        var at = services.Time.GetUtcNow().UtcDateTime;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CheckTime);
        try
        {
            var report = await services.HealthChecks.CheckHealthAsync(check => _keys.Contains(check.Name), limit.Token).ConfigureAwait(false);
            Count(report);
            return
            [
                .. _keys.Select(key => report.Entries.TryGetValue(key, out var entry)
                    ? new HealthReportSnapshot(key, entry.Status, entry.Description ?? entry.Exception?.Message, entry.Exception?.ToString()) { LastRunAt = at }
                    : new HealthReportSnapshot(key, HealthStatus.Unhealthy, $"No health check is registered as '{key}'.", null) { LastRunAt = at }),
            ];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [.. _keys.Select(key => new HealthReportSnapshot(
                key, HealthStatus.Unhealthy, $"There was no answer in {CheckTime.TotalSeconds:0} s.", null) { LastRunAt = at })];
        }
    }

    private void Count(HealthReport report) =>
        _refusals = report.Entries.Values.Any(entry => entry.Data.ContainsKey(HealthFacts.Refused)) ? _refusals + 1 : 0;

    private void Judge(ImmutableArray<HealthReportSnapshot> reports, TimeSpan since)
    {
        if (_refusals >= RefusalsUntilHopeless || since >= HopeTime)
        {
            _hopeless.TrySetResult(reports.FirstOrDefault(report => report.Status != HealthStatus.Healthy)?.Description ?? "It did not become healthy.");
        }
    }

    private async Task PublishAsync(string[] running, ImmutableArray<HealthReportSnapshot> reports)
    {
        foreach (var name in running)
        {
            await services.Notifications.PublishUpdateAsync(
                resource, name, s => s.State?.Text == KnownResourceStates.Running ? s with { HealthReports = reports } : s).ConfigureAwait(false);
        }
    }

    private async Task PublishReadyAsync(string[] running, CancellationToken cancellationToken)
    {
        var isFirst = _ready is null;
        _ready ??= RaiseReadyAsync(cancellationToken);
        var ready = new EventSnapshot(_ready);
        foreach (var name in running)
        {
            await services.Notifications.PublishUpdateAsync(
                resource, name, s => s.ResourceReadyEvent is null && s.State?.Text == KnownResourceStates.Running ? s with { ResourceReadyEvent = ready } : s)
                .ConfigureAwait(false);
        }

        if (isFirst)
        {
            await _ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RaiseReadyAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await services.Eventing.PublishAsync(new ResourceReadyEvent(resource, services.Services), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Those who wait for this resource get the exception; here it is only told.
            _logger.ReadyHandlerFailed(exception);
            throw;
        }
    }
}
