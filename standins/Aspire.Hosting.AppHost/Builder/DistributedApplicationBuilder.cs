using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <inheritdoc cref="IDistributedApplicationBuilder" />
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _innerBuilder;
    private readonly DistributedApplicationOptions _options;

    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args ?? throw new ArgumentNullException(nameof(args)) })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;

        var settings = new HostApplicationBuilderSettings { Configuration = new ConfigurationManager() };
        AppHostInterception.Current?.OnCreating(options, settings);

        AppHostDirectory = options.ResolveProjectDirectory();
        _innerBuilder = AppHostConfiguration.CreateHostBuilder(options, settings, AppHostDirectory);
        ExecutionContext = AppHostConfiguration.CreateExecutionContext(Configuration);
        AddServices();
        AppHostInterception.Current?.OnCreated(this);
    }

    public ConfigurationManager Configuration => _innerBuilder.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly => _options.Assembly;

    public IHostEnvironment Environment => _innerBuilder.Environment;

    public IServiceCollection Services => _innerBuilder.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        ModelName.Validate("Resource", resource.Name);
        if (Resources.FirstOrDefault(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } existing)
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because resource of type '{existing.GetType()}' with that name already exists. Resource names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new DistributedApplicationResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        AppHostInterception.Current?.OnBuilding(this);
        foreach (var duplicates in Resources.GroupBy(r => r.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            throw new DistributedApplicationException(
                $"Multiple resources with the name '{duplicates.Key}'. Resource names are case-insensitive.");
        }

        return new DistributedApplication(_innerBuilder.Build());
    }

    private void AddServices()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(_options);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton(s => new ResourceCommandService(
            s.GetRequiredService<ResourceNotificationService>(),
            s.GetRequiredService<ResourceLoggerService>(),
            s));
        Services.AddSingleton<ResourceConfigurationResolver>();
        Services.AddHttpClient();
        Services.AddHealthChecks();
        Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);

        // A stack trace of a failed start would hide the one line that says what to change.
        Services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical));
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = AppHostConfiguration.ShutdownTimeout);
        Services.Configure<ResourceNotificationServiceOptions>(o => o.DefaultWaitBehavior = _options.DisableDashboard
            ? WaitBehavior.StopOnResourceUnavailable
            : WaitBehavior.WaitOnResourceUnavailable);

        if (ExecutionContext.IsPublishMode)
        {
            Services.AddManifestPublishing();
            return;
        }

        Services.TryAddSingleton<ParameterInitializer>();
        if (!_options.DisableDashboard)
        {
            Services.AddDashboard();
        }

        Services.AddOrchestration();
        Services.AddHostedService<OrchestratorHost>();
        if (_options.EnableResourceLogging)
        {
            Services.AddHostedService<ResourceLogForwarder>();
        }
    }
}
