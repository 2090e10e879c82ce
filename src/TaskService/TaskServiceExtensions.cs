using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using TaskService.DeadLetters;
using TaskService.ExportUserData;
using TaskService.HttpRequests;
using TaskService.Inputs;
using TaskService.Outbox;
using TaskService.PseudonymizeRecords;
using TaskService.PurgeExpired;
using TaskService.Remote;
using TaskService.Results;
using TaskService.Schedules;
using TaskService.SendNotification;
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
        services.AddSessionsClient();
        services.AddUsersClient().AddServiceToken(Scopes.ReadUsers);

        services.AddSingleton<TaskExport>();
        services.AddPersonalData<TaskPersonalData>();
        services.AddSingleton<TaskEvents>();
        services.AddSingleton<SubmitClaims>();
        services.AddSingleton<TaskPlacements>();
        services.AddSingleton<LargeJsonSubmission>();
        services.AddSingleton<RetryRights>();
        services.AddSingleton<UploadTurns>();
        services.AddSingleton<TaskDrafts>();
        services.AddSingleton<OwnerLimits>();
        services.AddSingleton<TaskSubmission>();
        services.AddSingleton<TaskBatch>();
        services.AddSingleton<DeadLetterLists>();
        services.AddTaskHandler<ReplayDeadLettersHandler, DeadLetterFilter>(ReplayDeadLettersHandler.Type, new TaskTypeOptions { IsInternal = true });
        services.AddTaskHandler<DeleteDeadLettersHandler, DeadLetterFilter>(DeleteDeadLettersHandler.Type, new TaskTypeOptions { IsInternal = true });
        services.AddHttpRequests();
        services.AddSendNotification();
        services.AddRefusingCapability(
            "task-submit", "Tasks are not accepted: 503 with Retry-After, and nothing half-written. Those accepted before wait in Redis.");
        services.AddSingleton<ScheduleInputs>();
        services.AddRefusingCapability(
            "schedules", "No run is enqueued, and schedules are neither shown nor changed: 503 with Retry-After. Afterwards missed runs go by their schedule's policy.");
        services.AddSingleton<ChunkSealer>();
        services.AddSingleton<InputStore>();
        services.AddSingleton<ResultStore>();
        services.AddSingleton<TaskRecords>();
        services.AddSingleton<ResultFiles>();
        services.AddSingleton<RemotePatience>();
        services.AddTransient<PatientPrivacyClient>();

        services.AddExportUserData();
        builder.AddPurgeExpired();
        services.AddHostedService<OutboxDispatcher>();
    }
}
