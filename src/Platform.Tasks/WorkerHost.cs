using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Platform.Redis;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Processing;
using Platform.Tasks.Schedules;

namespace Platform.Tasks;

/// <summary>
/// The engine beside a service that has a Redis database of its own: a container within, because a service has one connection, one set of keys.
/// Configuration, logs, metrics, types and handlers are the service's.
/// </summary>
internal sealed class WorkerHost : IHostedService, IAsyncDisposable
{
    private readonly IHost _host;

    public WorkerHost(IServiceProvider service, string connectionName, Action<TasksOptions>? configure)
    {
        var environment = service.GetRequiredService<IHostEnvironment>();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = environment.ApplicationName,
            EnvironmentName = environment.EnvironmentName,
        });
        builder.Configuration.AddConfiguration(service.GetRequiredService<IConfiguration>());
        builder.Services.AddSingleton(service.GetRequiredService<ILoggerFactory>());
        builder.Services.AddSingleton(service.GetRequiredService<IMeterFactory>());
        builder.Services.AddSingleton(service.GetRequiredService<TaskTypes>());
        builder.Services.AddSingleton(service.GetRequiredService<HandlerScopes>());
        foreach (var schedule in service.GetServices<RegisteredSchedule>())
        {
            builder.Services.AddSingleton(schedule);
        }

        var platform = builder.AddPlatformRedis(connectionName, TaskKeys.Registry).AddLeases().AddTaskEngine();
        if (service.GetRequiredService<TaskTypes>().All.Any(type => type.Options.RateLimit is not null)
            || builder.Configuration.GetSection($"{TasksOptions.SectionName}:{nameof(TasksOptions.QueueLimits)}").GetChildren().Any())
        {
            platform.AddRateLimiting();
        }

        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        _host = builder.Build();
    }

    public TaskClient Client => _host.Services.GetRequiredService<TaskClient>();

    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // What was given to it is the service's to dispose of, and instances that are given are left alone.
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
