using NotificationService.Stream;

namespace NotificationService.Notifications;

internal static class NotificationsExtensions
{
    public static IServiceCollection AddNotifications(this IServiceCollection services) => services
        .AddSingleton<NotificationKeys>()
        .AddSingleton<NotificationContent>()
        .AddSingleton<RedisInbox>()
        .AddSingleton<NotificationStream>();
}
