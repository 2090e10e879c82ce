using Platform.Redis;
using Platform.Tasks.Handlers;
using Platform.Tasks.Client;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;

namespace Platform.Tasks;

/// <summary>Adds the task engine to a service.</summary>
public static class PlatformTasksExtensions
{
    /// <summary>Adds the queue and the workers of this process. Handlers are added with <c>AddTaskHandler</c>.</summary>
    public static IPlatformRedisBuilder AddTaskEngine(this IPlatformRedisBuilder platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        var services = platform.Services;
        services.AddOptions<TasksOptions>().BindConfiguration(TasksOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TaskKeys>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<TaskLanes>();
        services.AddSingleton<PlainTasks>();
        services.AddSingleton(static provider => new TaskClient(
            provider.GetRequiredService<PlainTasks>(), provider.GetRequiredService<TaskStore>(), provider.GetRequiredService<TaskLanes>()));
        services.AddSingleton<TaskTypes>();
        services.AddSingleton<TaskQueue>();
        services.AddSingleton<FinishBatches>();
        services.AddSingleton<LongRuns>();
        services.AddSingleton<TaskDeliveries>();
        services.AddSingleton<TaskRunner>();
        services.AddSingleton<TasksMetrics>();
        services.AddHostedService<TaskWorker>();
        services.AddSingleton<ConsumerSweep>();
        services.AddHostedService<QueueUpkeep>();
        return platform;
    }
}
