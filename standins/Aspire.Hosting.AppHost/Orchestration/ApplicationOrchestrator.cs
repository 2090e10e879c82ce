using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration.Launching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs the application model as processes of this machine.</summary>
internal sealed class ApplicationOrchestrator : IApplicationOrchestrator, IAsyncDisposable
{
    private readonly DistributedApplicationModel _model;
    private readonly DistributedApplicationExecutionContext _executionContext;
    private readonly ILogger<DistributedApplication> _logger;
    private readonly ConsoleReporter _console;
    private readonly RunnerServices _services;
    private readonly List<ResourceRunner> _runners = [];
    private readonly LauncherFactory _launchers;
    private int _isStopped;

    public ApplicationOrchestrator(
        IServiceProvider services,
        DistributedApplicationModel model,
        DistributedApplicationExecutionContext executionContext,
        OrchestrationOptions options,
        ConsoleReporter console,
        ILogger<DistributedApplication> logger)
    {
        _model = model;
        _executionContext = executionContext;
        _console = console;
        _logger = logger;
        var time = services.GetRequiredService<TimeProvider>();
        _services = new RunnerServices(
            services.GetRequiredService<ResourceNotificationService>(),
            services.GetRequiredService<ResourceLoggerService>(),
            services.GetRequiredService<ResourceConfigurationResolver>(),
            services.GetRequiredService<IDistributedApplicationEventing>(),
            services.GetRequiredService<HealthCheckService>(),
            new EndpointAllocator(options, time),
            options,
            time,
            services,
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        _launchers = new LauncherFactory(
            _services,
            services.GetRequiredService<IConfiguration>(),
            services.GetRequiredService<DistributedApplicationOptions>(),
            (resource, text) => console.Tell(resource.Name, text));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _logger.Starting();
        var runnable = _model.Resources.Where(IsRunnable).ToArray();
        _services.Endpoints.Allocate(_model.Resources);
        _console.Begin(runnable);

        // Last in line: handlers that the application subscribed run before the waits.
        _services.Eventing.Subscribe<BeforeResourceStartedEvent>(
            (started, token) => _services.Notifications.WaitForDependenciesAsync(started.Resource, token));

        foreach (var resource in _model.Resources)
        {
            await AnnounceAsync(resource, cancellationToken).ConfigureAwait(false);
        }

        foreach (var resource in runnable)
        {
            var runner = new ResourceRunner(resource, _launchers, _services, RunPolicy.For(resource, _model.Resources));
            _runners.Add(runner);
            LifecycleCommands.Add(resource, runner);
            if (resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
            {
                await _services.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.NotStarted }).ConfigureAwait(false);
            }
            else
            {
                await runner.StartAsync().ConfigureAwait(false);
            }
        }

        await _services.Eventing.PublishAsync(new AfterResourcesCreatedEvent(_services.Services, _model), cancellationToken).ConfigureAwait(false);
        _logger.Started();
    }

    /// <summary>What serves callers goes first, what it uses (servers and containers) after it; both stages together stay below ten seconds.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isStopped, 1) != 0)
        {
            return;
        }

        foreach (var stage in _runners.GroupBy(runner => runner.Resource is ContainerResource).OrderBy(stage => stage.Key))
        {
            await Task.WhenAll(stage.Select(runner => runner.StopAsync())).ConfigureAwait(false);
        }

        await _services.Endpoints.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var runner in _runners)
        {
            await runner.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsRunnable(IResource resource) => resource is ProjectResource or ExecutableResource or ContainerResource;

    private async Task AnnounceAsync(IResource resource, CancellationToken cancellationToken)
    {
        var urls = await ResourceUrls.ResolveAsync(resource, _executionContext, _services.Loggers, cancellationToken).ConfigureAwait(false);
        await _services.Notifications.PublishUpdateAsync(resource, s => s with { Urls = [.. urls.Select(url => url with { IsInactive = true })] }).ConfigureAwait(false);
        await _services.Eventing.PublishAsync(
            new InitializeResourceEvent(
                resource, _services.Eventing, _services.Loggers.GetLogger(resource), _services.Notifications, _services.Services),
            cancellationToken).ConfigureAwait(false);
        if (resource is IResourceWithEndpoints)
        {
            await _services.Eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, _services.Services), cancellationToken).ConfigureAwait(false);
        }

        if (resource is IResourceWithConnectionString withConnectionString)
        {
            await _services.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, _services.Services), cancellationToken).ConfigureAwait(false);
            if (resource is ConnectionStringResource)
            {
                await PublishConnectionStringAsync(withConnectionString, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PublishConnectionStringAsync(IResourceWithConnectionString resource, CancellationToken cancellationToken)
    {
        try
        {
            var value = await resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false);
            await _services.Notifications.PublishUpdateAsync(resource, s => s with
            {
                State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                Properties = s.Properties.With([new(CustomResourceKnownProperties.ConnectionString, value) { IsSensitive = true }]),
                ResourceReadyEvent = new EventSnapshot(Task.CompletedTask),
            }).ConfigureAwait(false);
        }
        catch (DistributedApplicationException exception)
        {
            await _services.Notifications.PublishUpdateAsync(resource, s => s with
            {
                State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
                Properties = s.Properties.With([new(OrchestrationProperties.Problem, exception.Message)]),
            }).ConfigureAwait(false);
        }
    }
}
