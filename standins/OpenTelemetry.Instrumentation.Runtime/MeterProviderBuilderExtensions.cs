namespace OpenTelemetry.Metrics;

/// <summary>Collects the metrics of the .NET runtime.</summary>
public static class MeterProviderBuilderExtensions
{
    /// <summary>Collects what the runtime's own meter reports: collections, heap, thread pool, locks, exceptions, process.</summary>
    public static MeterProviderBuilder AddRuntimeInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter("System.Runtime");
    }
}
