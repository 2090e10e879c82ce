using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Tokens;

internal static class TokensExtensions
{
    public static IServiceCollection AddTokens(this IServiceCollection services)
    {
        services.AddOptions<TokenOptions>().BindConfiguration(TokenOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<KeyRingStore>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyWithdrawal>();
        services.AddHostedService<KeyRingWorker>();
        services.AddSingleton<AccessTokens>();

        // The one service that need not ask over HTTP for the keys that it signs with.
        services.Replace(ServiceDescriptor.Singleton<ISigningKeySource>(provider => provider.GetRequiredService<KeyRing>()));
        return services;
    }
}
