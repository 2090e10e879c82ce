namespace UserService.Administration;

internal static class AdministrationExtensions
{
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        services.AddOptions<AdminOptions>().BindConfiguration(AdminOptions.SectionName);
        services.AddOptions<AdministrationOptions>().BindConfiguration(AdministrationOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddHostedService<AdminSeeder>();
        return services;
    }
}
