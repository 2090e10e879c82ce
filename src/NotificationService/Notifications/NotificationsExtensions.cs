using NotificationService.Stream;
using Platform.Redis;
using Platform.ServiceDefaults.PersonalData;

namespace NotificationService.Notifications;

internal static class NotificationsExtensions
{
    public static IServiceCollection AddNotifications(this IServiceCollection services) => services
        .AddSingleton<NotificationKeys>()
        .AddSingleton<NotificationContent>()
        .AddSingleton<RedisInbox>()
        .AddSingleton<NotificationStream>()
        .AddPersonalData<InboxPersonalData>()
        .AddRefusingCapability(
            "notifications", "The inbox is neither read nor written: 503 with Retry-After. Live streams stay open and resume.");
}
