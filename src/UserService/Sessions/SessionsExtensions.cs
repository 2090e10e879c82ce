using Platform.Redis;

namespace UserService.Sessions;

internal static class SessionsExtensions
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<RefreshTokens>();
        services.AddScoped<SignIn>();
        services.AddScoped<SecurityChange>();
        services.AddRefusingCapability(
            "sign-in", "Nobody signs in, refreshes or signs out: 503 with Retry-After. Access tokens serve until they expire.");
        return services;
    }
}
