namespace UserService.Administration;

internal static class AdministrationExtensions
{
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        services.AddOptions<AdminOptions>().BindConfiguration(AdminOptions.SectionName);
        services.AddHostedService<AdminSeeder>();
        return services;
    }
}
