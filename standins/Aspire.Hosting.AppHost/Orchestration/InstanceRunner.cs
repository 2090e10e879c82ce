using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Health;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Keeps one copy of a resource running until it is told to stop or has finished.</summary>
internal sealed class InstanceRunner(
    ResourceInstance instance, ILauncher launcher, ResourceHealthMonitor health, RunnerServices services, RunPolicy policy)
{
    // So many crashes in a row are no accident: whoever waits for this resource is told that it is down.
    private const int CrashesUntilDown = 3;

    private readonly IResource _resource = instance.Resource;
    private readonly ILogger _logger = services.Loggers.GetLogger(instance.Name);
    private readonly RestartBackoff _backoff = new(services.Time);
    private LastWords _lastWords = new();
    private int _restarts;

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (await RunOnceAsync(stopping).ConfigureAwait(false) is { } exitCode)
            {
                if (!policy.RestartsAfter(exitCode))
                {
                    await PublishEndAsync(exitCode).ConfigureAwait(false);
                    return;
                }

                if (_lastWords.WrongSettings is { } problem)
                {
                    // It would say the same again, until somebody changes the setting.
                    await PublishMisconfiguredAsync(exitCode, problem).ConfigureAwait(false);
                    return;
                }

                var pause = _backoff.Crashed();
                _restarts++;
                _logger.Crashed(exitCode, pause.TotalSeconds);
                await PublishCrashAsync(exitCode).ConfigureAwait(false);
                await Task.Delay(pause, services.Time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await PublishEndAsync(exitCode: null).ConfigureAwait(false);
        }
    }

    /// <summary>The exit code of a program that ended by itself; null when it was stopped.</summary>
    private async Task<int?> RunOnceAsync(CancellationToken stopping)
    {
        using var ports = InstancePorts.Take(instance, services.Endpoints);
        var configuration = await services.Resolver.ResolveAsync(instance, stopping).ConfigureAwait(false);
        var launch = await launcher.PrepareAsync(instance, configuration, stopping).ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();

        _lastWords = new LastWords();
        await using var process = ChildProcess.Start(launch.Process, WriteLine);
        _backoff.Started();
        ports.Open();
        await PublishRunningAsync(process.Id, configuration, launch.Properties).ConfigureAwait(false);
        health.Wake();

        await Task.WhenAny(process.Exited, stopping.WhenCancelled()).ConfigureAwait(false);
        ports.Close();
        if (!stopping.IsCancellationRequested)
        {
            return await process.Exited.ConfigureAwait(false);
        }

        await services.Notifications.PublishUpdateAsync(_resource, instance.Name, s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
        await process.StopAsync(policy.Grace).ConfigureAwait(false);
        await PublishEndAsync(await process.Exited.ConfigureAwait(false)).ConfigureAwait(false);
        return null;
    }

    private void WriteLine(OutputLine line)
    {
        _lastWords.Hear(line);
        var time = services.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        services.Loggers.AddLine(instance.Name, $"{time} {line.Text}", line.IsError);
    }

    private Task PublishRunningAsync(int processId, ResolvedConfiguration configuration, ImmutableArray<ResourcePropertySnapshot> properties) =>
        services.Notifications.PublishUpdateAsync(_resource, instance.Name, s => s with
        {
            State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            StartTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            StopTimeStamp = null,
            HealthReports = InitialSnapshots.PendingReports(_resource),
            ResourceReadyEvent = null,
            EnvironmentVariables = configuration.Environment,
            Urls = [.. s.Urls.Select(url => url with { IsInactive = false })],
            Properties = s.Properties
                .With([.. properties, new(OrchestrationProperties.ProcessId, processId), new(OrchestrationProperties.Restarts, _restarts)])
                .Without(OrchestrationProperties.Problem),
        });

    private Task PublishCrashAsync(int exitCode)
    {
        var isDown = _backoff.Crashes >= CrashesUntilDown;
        return services.Notifications.PublishUpdateAsync(_resource, instance.Name, s => s with
        {
            State = isDown
                ? new(KnownResourceStates.Exited, KnownResourceStateStyles.Error)
                : new(KnownResourceStates.Starting, KnownResourceStateStyles.Info),
            ExitCode = exitCode,
            StopTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            Properties = s.Properties.With(
            [
                new(OrchestrationProperties.Restarts, _restarts),
                new(OrchestrationProperties.Problem, Problem(exitCode, isDown)),
            ]),
        });
    }

    private Task PublishMisconfiguredAsync(int exitCode, string problem) =>
        services.Notifications.PublishUpdateAsync(_resource, instance.Name, s => s with
        {
            State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
            ExitCode = exitCode,
            StopTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            Urls = [.. s.Urls.Select(url => url with { IsInactive = true })],
            Properties = s.Properties.With([new(OrchestrationProperties.Problem, problem)]),
        });

    private string Problem(int exitCode, bool isDown) => isDown && _lastWords.ToString() is { Length: > 0 } words
        ? $"It ends with code {exitCode} again and again. Its last words: {words}"
        : $"It ended with code {exitCode}.";

    private Task PublishEndAsync(int? exitCode) =>
        services.Notifications.PublishUpdateAsync(_resource, instance.Name, s => s with
        {
            State = exitCode is null or 0 || s.State?.Text == KnownResourceStates.Stopping
                ? new ResourceStateSnapshot(KnownResourceStates.Finished, Style: null)
                : new ResourceStateSnapshot(KnownResourceStates.Exited, KnownResourceStateStyles.Error),
            ExitCode = exitCode,
            StopTimeStamp = services.Time.GetUtcNow().UtcDateTime,
            Urls = [.. s.Urls.Select(url => url with { IsInactive = true })],
        });
}
