using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Erasure;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using TaskService.DeadLetters;
using TaskService.Inputs;
using TaskService.Outbox;
using TaskService.PseudonymizeRecords;
using TaskService.Results;
using TaskService.Schedules;
using TaskService.Tasks;

namespace TaskService;

internal static class TaskServiceExtensions
{
    public static void AddTaskService(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddValidation();
        services.AddPrivacyClient().AddServiceToken($"{Scopes.Pseudonymize} {Scopes.SendNotifications}");
        services.AddNotificationsClient().AddServiceToken($"{Scopes.Pseudonymize} {Scopes.SendNotifications}");

        services.AddPersonalData<TaskErasure>();
        services.AddSingleton<TaskEvents>();
        services.AddSingleton<SubmitClaims>();
        services.AddSingleton<TaskPlacements>();
        services.AddSingleton<TaskDrafts>();
        services.AddSingleton<TaskSubmission>();
        services.AddSingleton<TaskBatch>();
        services.AddSingleton<DeadLetterLists>();
        services.AddTaskHandler<ReplayDeadLettersHandler, DeadLetterFilter>(ReplayDeadLettersHandler.Type, new TaskTypeOptions { IsRestricted = true });
        services.AddTaskHandler<DeleteDeadLettersHandler, DeadLetterFilter>(DeleteDeadLettersHandler.Type, new TaskTypeOptions { IsRestricted = true });
        services.AddRefusingCapability(
            "task-submit", "Tasks are not accepted: 503 with Retry-After, and nothing half-written. Those accepted before wait in Redis.");
        services.AddSingleton<ScheduleInputs>();
        services.AddRefusingCapability(
            "schedules", "No run is enqueued, and schedules are neither shown nor changed: 503 with Retry-After. Afterwards missed runs go by their schedule's policy.");
        services.AddSingleton<ChunkSealer>();
        services.AddSingleton<InputStore>();
        services.AddSingleton<ResultStore>();
        services.AddSingleton<TaskRecords>();
        services.AddTransient<PatientPrivacyClient>();

        services.AddHostedService<OutboxDispatcher>();
    }
}
