using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Mail;
using Platform.Contracts.Notifications;
using Platform.Contracts.Privacy;

namespace Platform.Contracts;

/// <summary>
/// Registers the typed clients for calls between services. Each finds its service by service discovery; add the caller's
/// credentials with <c>.AddServiceToken(scopes)</c>.
/// </summary>
public static class PlatformClientsExtensions
{
    public static IHttpClientBuilder AddNotificationsClient(this IServiceCollection services) =>
        services.AddHttpClient<NotificationsClient>(client => client.BaseAddress = AddressOf(ServiceNames.Notifications));

    public static IHttpClientBuilder AddMailClient(this IServiceCollection services) =>
        services.AddHttpClient<MailClient>(client => client.BaseAddress = AddressOf(ServiceNames.Notifications));

    public static IHttpClientBuilder AddPrivacyClient(this IServiceCollection services) =>
        services.AddHttpClient<PrivacyClient>(client => client.BaseAddress = AddressOf(ServiceNames.Privacy));

    private static Uri AddressOf(string service) => new($"https+http://{service}");
}
