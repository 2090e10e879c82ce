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

        // Failed checks are states of resources and are told as such; the host's own greeting would repeat ours, and its stack trace
        // of a failed start would hide the one line that says what to change.
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddFilter("System.Net.Http.HttpClient", LogLevel.Warning));
        return services;
    }
}
