using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Outbox;

internal static class OutboxExtensions
{
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.AddNotificationsClient().AddServiceToken(Scopes.SendNotifications);
        services.AddSingleton<Outbox>();
        services.AddSingleton<SecurityNotices>();
        services.AddHostedService<OutboxWorker>();
        return services;
    }
}
