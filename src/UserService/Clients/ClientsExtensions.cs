using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Clients;

internal static class ClientsExtensions
{
    public static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.AddOptions<ClientsOptions>().BindConfiguration(ClientsOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientsOptions>, ClientsOptionsValidator>();
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<PresentedTokens>();
        services.Replace(ServiceDescriptor.Singleton<IServiceTokenSource, OwnServiceTokens>());
        return services;
    }
}
