using Platform.ServiceDefaults.Revocations;

namespace UserService.Revocations;

internal static class RevocationsExtensions
{
    public static IServiceCollection AddRevocations(this IServiceCollection services)
    {
        services.AddSingleton<RevocationFeed>();
        services.AddSingleton<IRevocationSource>(provider => provider.GetRequiredService<RevocationFeed>());
        services.AddSingleton<Revoker>();
        return services;
    }
}
