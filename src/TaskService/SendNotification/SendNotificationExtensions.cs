using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks.Handlers;
using TaskService.Tasks;

namespace TaskService.SendNotification;

internal static class SendNotificationExtensions
{
    /// <summary>NotificationService may be away for hours; what is to be sent waits.</summary>
    private static readonly TaskTypeOptions Patient = new() { MaxAttempts = 50, IsQuiet = true };

    /// <summary>Tasks that send notifications.</summary>
    public static void AddSendNotification(this IServiceCollection services)
    {
        services.AddPersonalData<DigestPersonalData>();
        services.AddSingleton<NotificationDigests>();
        services.AddTransient<NotificationCalls>();
        services.AddSingleton<ISubmitRule, SendNotificationRule>();
        services.AddTaskHandler<SendNotificationHandler, SendNotificationPayload>(SendNotificationHandler.Type, Patient);
        services.AddTaskHandler<SendDigestHandler, SendDigestPayload>(SendDigestHandler.Type, Patient with { IsInternal = true, IsCancellable = false });
    }
}
