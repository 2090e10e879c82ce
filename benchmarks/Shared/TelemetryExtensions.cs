using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Platform.Benchmarks;

internal static class TelemetryExtensions
{
    /// <summary>Lets nobody listen: the floor writes neither spans nor measurements, so the library need not either.</summary>
    public static void RemoveTelemetryListeners(this IServiceCollection services)
    {
        var listeners = services
            .Where(service => service.ServiceType == typeof(IHostedService) || service.ServiceType == typeof(IMetricsListener))
            .Where(service => (service.ImplementationType ?? service.ImplementationInstance?.GetType() ?? service.ImplementationFactory?.Method.DeclaringType)
                ?.FullName?.StartsWith("OpenTelemetry.", StringComparison.Ordinal) == true)
            .ToList();
        if (listeners.Count == 0)
        {
            throw new InvalidOperationException("The listeners of the telemetry were not found.");
        }

        listeners.ForEach(listener => services.Remove(listener));
    }
}
