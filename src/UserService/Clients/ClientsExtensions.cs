using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Clients;

internal static class ClientsExtensions
{
    public static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.AddOptions<ClientsOptions>().BindConfiguration(ClientsOptions.SectionName)
            .Configure<IConfiguration>(ReadLists).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientsOptions>, ClientsOptionsValidator>();
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<PresentedTokens>();
        services.Replace(ServiceDescriptor.Singleton<IServiceTokenSource, OwnServiceTokens>());
        return services;
    }

    /// <summary>Scopes may be a list too; the binder would pass over it without a word.</summary>
    private static void ReadLists(ClientsOptions options, IConfiguration configuration)
    {
        foreach (var (clientId, client) in options)
        {
            var list = configuration.GetSection($"{ClientsOptions.SectionName}:{clientId}:{nameof(ClientOptions.Scopes)}").GetChildren().ToArray();
            if (list.Length > 0)
            {
                client.Scopes = string.Join(' ', list.Select(scope => scope.Value));
            }
        }
    }
}
