using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Tasks.Batches;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Handlers;
using Platform.Tasks.Client;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Items;
using Platform.Tasks.Limits;
using Platform.Tasks.Payloads;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.Tasks.Schedules;
using Platform.Tasks.Statistics;

namespace Platform.Tasks;

/// <summary>Adds the task engine to a service.</summary>
public static class PlatformTasksExtensions
{
    /// <summary>Adds the queue and the workers of this process. Handlers are added with <c>AddTaskHandler</c>.</summary>
    public static IPlatformRedisBuilder AddTaskEngine(this IPlatformRedisBuilder platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        platform.AddLeases();
        var services = platform.Services;
        services.AddOptions<TasksOptions>().BindConfiguration(TasksOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TaskKeys>();
        services.AddSingleton<IValidateOptions<TasksOptions>, SealingKeyValidator>();
        services.AddSingleton<TaskSecrets>();
        services.AddSingleton<TaskDigests>();
        services.AddSingleton<TaskPayloads>();
        services.AddSingleton<PayloadStore>();
        services.AddSingleton<TaskGates>();
        services.AddSingleton<TaskDependants>();
        services.AddSingleton<TaskBatches>();
        services.AddSingleton<TaskLimits>();
        services.AddSingleton<IValidateOptions<TasksOptions>, TaskLimitsValidator>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<TaskLanes>();
        services.AddSingleton<PlainTasks>();
        services.AddSingleton<UnrecordedTasks>();
        services.AddSingleton<RecordedTasks>();
        services.AddSingleton(static provider => new TaskClient(
            provider.GetRequiredService<PlainTasks>(), provider.GetRequiredService<UnrecordedTasks>(), provider.GetRequiredService<RecordedTasks>(),
            provider.GetRequiredService<TaskLanes>(), provider.GetRequiredService<TaskTypes>(), provider.GetRequiredService<TaskBatches>(),
            provider.GetRequiredService<TaskPayloads>()));
        services.TryAddSingleton<TaskTypes>();
        services.TryAddSingleton<HandlerScopes>();
        services.AddSingleton<TaskQueue>();
        services.AddSingleton<FinishBatches>();
        services.AddSingleton<PlainEnds>();
        services.AddSingleton<LongRuns>();
        services.AddSingleton<TaskDeliveries>();
        services.AddSingleton<TaskRunner>();
        services.AddSingleton<TasksMetrics>();
        services.AddSingleton<TaskTally>();
        services.AddSingleton<StatisticsKeys>();
        services.AddSingleton<StatisticsStore>();

        // Stops after the worker, so that what it counts to its end is written.
        services.AddHostedService<StatisticsWriter>();
        services.AddHostedService<TaskWorker>();
        services.AddSingleton<QueueStates>();
        services.AddSingleton<TaskLists>();
        services.AddSingleton<TaskRetries>();
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<IndexTrim>();
        services.AddSingleton<DelayedTasks>();
        services.AddSingleton<ConsumerSweep>();
        services.AddHostedService<QueueUpkeep>();
        services.AddSchedules();
        return platform;
    }

    private static void AddSchedules(this IServiceCollection services)
    {
        services.AddOptions<SchedulesOptions>().BindConfiguration(SchedulesOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ScheduleKeys>();
        services.AddSingleton<ScheduleStore>();
        services.AddSingleton<RegisteredSchedules>();
        services.AddSingleton<SchedulesMetrics>();
        services.AddSingleton<Scheduler>();
        services.AddHostedService<SchedulerLoop>();
    }

    /// <summary>
    /// Hosts workers of the tasks in any service, whatever else it keeps in Redis: they have a connection of their own to the tasks' database.
    /// <see cref="TaskClient"/> enqueues from there. Handlers are added with <c>AddTaskHandler</c> and come from the service's container.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="connectionName">The name in <c>ConnectionStrings</c> of the database in which the tasks are.</param>
    /// <param name="configure">Changes <c>Tasks</c> of the configuration, such as which queues are served.</param>
    public static void AddTaskWorkers(this IHostApplicationBuilder builder, string connectionName, Action<TasksOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionName);
        builder.Services.AddSingleton<TaskTypes>();
        builder.Services.AddSingleton<HandlerScopes>();
        builder.Services.AddSingleton(services => new WorkerHost(services, connectionName, configure));
        builder.Services.AddSingleton(services => services.GetRequiredService<WorkerHost>().Client);
        builder.Services.AddHostedService(services => services.GetRequiredService<WorkerHost>());
    }
}
