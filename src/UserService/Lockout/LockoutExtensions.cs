namespace UserService.Lockout;

internal static class LockoutExtensions
{
    public static IServiceCollection AddLockout(this IServiceCollection services)
    {
        services.AddOptions<LockoutOptions>().BindConfiguration(LockoutOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<NetworkDigests>();
        services.AddScoped<Attempts>();
        return services;
    }
}
