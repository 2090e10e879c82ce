namespace UserService.Registrations;

internal static class RegistrationsExtensions
{
    public static IServiceCollection AddRegistrations(this IServiceCollection services)
    {
        services.AddOptions<RegistrationOptions>().BindConfiguration(RegistrationOptions.SectionName).ValidateOnStart();
        services.AddScoped<Registrar>();
        return services;
    }
}
