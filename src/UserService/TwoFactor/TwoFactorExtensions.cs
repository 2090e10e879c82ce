namespace UserService.TwoFactor;

internal static class TwoFactorExtensions
{
    public static IServiceCollection AddTwoFactor(this IServiceCollection services)
    {
        services.AddOptions<TwoFactorOptions>().BindConfiguration(TwoFactorOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RecoveryCodes>();
        services.AddSingleton<SignInTickets>();
        services.AddScoped<SecondFactor>();
        services.AddScoped<SecondFactorSignIn>();
        services.AddScoped<TwoFactorSettings>();
        return services;
    }
}
