using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Dashboard;

internal static class DashboardServiceCollectionExtensions
{
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<BrowserToken>();
        services.AddSingleton<ResourceBoard>();
        services.AddHostedService<DashboardServer>();
        return services;
    }
}
