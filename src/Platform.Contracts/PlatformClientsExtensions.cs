using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.People;
using Platform.Contracts.Mail;
using Platform.Contracts.Notifications;
using Platform.Contracts.Privacy;
using Platform.Contracts.Users;

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

    /// <summary>Needs a <see cref="Microsoft.Extensions.Caching.Hybrid.HybridCache"/>, such as that of <c>AddPlatformRedis(…).AddCaching()</c>.</summary>
    public static IHttpClientBuilder AddUsersClient(this IServiceCollection services) =>
        services.AddHttpClient<UsersClient>(client => client.BaseAddress = AddressOf(ServiceNames.Users));

    public static IHttpClientBuilder AddSessionsClient(this IServiceCollection services) =>
        services.AddHttpClient<SessionsClient>(client => client.BaseAddress = AddressOf(ServiceNames.Users));

    /// <summary>One for each service that is to forget people, or to tell what it keeps about them: they are injected together.</summary>
    public static IHttpClientBuilder AddPeopleClient(this IServiceCollection services, string service)
    {
        var name = $"{nameof(PeopleClient)}.{service}";
        services.AddTransient(provider => new PeopleClient(provider.GetRequiredService<IHttpClientFactory>().CreateClient(name), service));
        return services.AddHttpClient(name, client => client.BaseAddress = AddressOf(service));
    }

    private static Uri AddressOf(string service) => new($"https+http://{service}");
}
