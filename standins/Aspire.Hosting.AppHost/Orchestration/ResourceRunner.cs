using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Health;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs all copies of one resource: waits for what it needs, starts them, checks them, ends them.</summary>
internal sealed class ResourceRunner(IResource resource, LauncherFactory launchers, RunnerServices services, RunPolicy policy) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ILogger _logger = services.Loggers.GetLogger(resource);
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;

    public IResource Resource => resource;

    public async Task StartAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_run.IsCompleted)
            {
                _stop?.Dispose();
                _stop = new CancellationTokenSource();
                _run = RunAsync(_stop.Token);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task StopAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_stop is not null)
            {
                await _stop.CancelAsync().ConfigureAwait(false);
            }

            await _run.ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop?.Dispose();
        _gate.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        SetOpen(true);
        using var health = new ResourceHealthMonitor(resource, services);
        using var healthStop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var checking = health.RunAsync(healthStop.Token);
        try
        {
            await PublishAsync(s => s with { State = KnownResourceStates.Starting, ExitCode = null }).ConfigureAwait(false);
            await services.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services.Services), stopping).ConfigureAwait(false);
            await PublishAsync(s => s with { State = KnownResourceStates.Starting }).ConfigureAwait(false);
            if (resource.TryGetLastAnnotation<ExternalServerAnnotation>(out var external))
            {
                await RunExternalAsync(external, health, stopping).ConfigureAwait(false);
            }
            else
            {
                await using var launcher = await launchers.CreateAsync(resource, stopping).ConfigureAwait(false);
                await Task.WhenAll(resource.GetInstances().Select(instance => RunInstanceAsync(instance, launcher, health, stopping))).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || services.ApplicationStopping.IsCancellationRequested)
        {
            await PublishAsync(s => s with { State = KnownResourceStates.Finished }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Handlers and callbacks are the application's own code; whatever they throw concerns this resource only.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await FailAsync(exception).ConfigureAwait(false);
        }
        finally
        {
            SetOpen(false);
            await healthStop.CancelAsync().ConfigureAwait(false);
            await checking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await RaiseStoppedAsync().ConfigureAwait(false);
        }
    }

    private async Task RunInstanceAsync(ResourceInstance instance, ILauncher launcher, ResourceHealthMonitor health, CancellationToken stopping)
    {
        try
        {
            await new InstanceRunner(instance, launcher, health, services, policy).RunAsync(stopping).ConfigureAwait(false);
        }
        catch (ProcessStartException exception)
        {
            await FailAsync(exception).ConfigureAwait(false);
        }
    }

    private async Task RunExternalAsync(ExternalServerAnnotation external, ResourceHealthMonitor health, CancellationToken stopping)
    {
        await PublishAsync(s => s with
        {
            State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            StartTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            Urls = [.. s.Urls.Select(url => url with { IsInactive = false })],
            Properties = s.Properties.With(
                [new(CustomResourceKnownProperties.Source, $"external: {external.Host}:{external.Port} ({external.Setting})")]),
        }).ConfigureAwait(false);
        health.Wake();

        var stopped = stopping.WhenCancelled();
        if (await Task.WhenAny(health.Hopeless, stopped).ConfigureAwait(false) == stopped)
        {
            stopping.ThrowIfCancellationRequested();
        }

        throw new DistributedApplicationException(
            $"Resource '{resource.Name}', given by {external.Setting}, cannot be used. {await health.Hopeless.ConfigureAwait(false)}");
    }

    private async Task FailAsync(Exception exception)
    {
        var problem = exception is DistributedApplicationException or ProcessStartException
            ? exception.Message
            : $"{exception.GetType().Name}: {exception.Message}";
        _logger.FailedToStart(problem);
        await PublishAsync(s => KnownResourceStates.TerminalStates.Contains(s.State?.Text ?? "") ? s : s with
        {
            State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
            StopTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            Properties = s.Properties.With([new(OrchestrationProperties.Problem, problem)]),
        }).ConfigureAwait(false);
    }

    private async Task RaiseStoppedAsync()
    {
        if (!services.Notifications.TryGetCurrentState(resource.GetInstances()[0].Name, out var last))
        {
            return;
        }

        try
        {
            await services.Eventing.PublishAsync(new ResourceStoppedEvent(resource, services.Services, last), CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As above: the application's own code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.FailedToStart($"A handler of the resource's stopped event failed. {exception.Message}");
        }
    }

    private void SetOpen(bool isOpen)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            services.Endpoints.ProxyOf(endpoint)?.Targets.Open(isOpen);
        }
    }

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        services.Notifications.PublishUpdateAsync(resource, change);
}
