using Microsoft.Extensions.DependencyInjection;

namespace Platform.ServiceDefaults.Authentication;

public static class ServiceTokenExtensions
{
    /// <summary>Sends this service's own access token, with these scopes (words with spaces between), on every call of the client.</summary>
    public static IHttpClientBuilder AddServiceToken(this IHttpClientBuilder client, string scopes) =>
        client.AddHttpMessageHandler(services => new ServiceTokenHandler(services.GetRequiredService<ServiceTokens>(), scopes));
}
