using Microsoft.Extensions.Options;

namespace UserService.Clients;

internal static class ClientsExtensions
{
    public static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.AddOptions<ClientsOptions>().BindConfiguration(ClientsOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClientsOptions>, ClientsOptionsValidator>();
        services.AddSingleton<ClientRegistry>();
        return services;
    }
}
