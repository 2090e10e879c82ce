using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Erasure;
using TaskService.Inputs;
using TaskService.Outbox;
using TaskService.Processing;
using TaskService.PseudonymizeRecords;
using TaskService.Results;
using TaskService.Tasks;

namespace TaskService;

internal static class TaskServiceExtensions
{
    public static void AddTaskService(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<TasksOptions>().BindConfiguration(TasksOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddValidation();
        services.AddPrivacyClient().AddServiceToken($"{Scopes.Pseudonymize} {Scopes.SendNotifications}");
        services.AddNotificationsClient().AddServiceToken($"{Scopes.Pseudonymize} {Scopes.SendNotifications}");

        services.AddSingleton<TaskKeys>();
        services.AddSingleton<TaskStore>();
        services.AddPersonalData<TaskErasure>();
        services.AddSingleton<TaskEvents>();
        services.AddSingleton<SubmitClaims>();
        services.AddSingleton<TaskSubmission>();
        services.AddRefusingCapability(
            "task-submit", "Tasks are not accepted: 503 with Retry-After, and nothing half-written. Those accepted before wait in Redis.");
        services.AddSingleton<ChunkSealer>();
        services.AddSingleton<InputStore>();
        services.AddSingleton<ResultStore>();
        services.AddTransient<PatientPrivacyClient>();

        services.AddSingleton<TaskTypes>();
        services.AddSingleton<TaskQueue>();
        services.AddSingleton<TaskDeliveries>();
        services.AddSingleton<TaskRunner>();
        services.AddSingleton<TasksMetrics>();
        services.AddHostedService<TaskWorker>();
        services.AddSingleton<ConsumerSweep>();
        services.AddHostedService<QueueUpkeep>();
        services.AddHostedService<OutboxDispatcher>();
    }
}
