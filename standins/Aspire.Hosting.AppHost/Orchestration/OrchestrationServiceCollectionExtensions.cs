using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

internal static class OrchestrationServiceCollectionExtensions
{
    public static IServiceCollection AddOrchestration(this IServiceCollection services)
    {
        services.AddSingleton(provider => OrchestrationOptions.From(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<ConsoleReporter>();
        services.AddSingleton<IApplicationOrchestrator, ApplicationOrchestrator>();
        services.AddHostedService<StartupVerdict>();
        services.AddHostedService<ParentWatch>();

        // Failed checks are states of resources and are told as such.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddFilter("System.Net.Http.HttpClient", LogLevel.Warning));
        return services;
    }
}
