using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Extensions.Hosting.Implementation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the OpenTelemetry SDK to a host.</summary>
public static class OpenTelemetryServicesExtensions
{
    /// <summary>Adds the SDK and starts it, ahead of every other hosted service, with the host. Calling twice is harmless.</summary>
    public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        if (!services.Any(IsTelemetryHostedService))
        {
            // First, so that what the other hosted services do while they start is recorded.
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryHostedService>());
        }

        return new OpenTelemetryBuilder(services);
    }

    private static bool IsTelemetryHostedService(ServiceDescriptor descriptor)
        => descriptor.ServiceType == typeof(IHostedService)
            && !descriptor.IsKeyedService
            && descriptor.ImplementationType == typeof(TelemetryHostedService);
}
