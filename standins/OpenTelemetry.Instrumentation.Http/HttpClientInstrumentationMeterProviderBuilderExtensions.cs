namespace OpenTelemetry.Metrics;

/// <summary>Collects the metrics of outgoing HTTP requests.</summary>
public static class HttpClientInstrumentationMeterProviderBuilderExtensions
{
    /// <summary>Collects what the runtime's meters report of HTTP clients and name resolution.</summary>
    public static MeterProviderBuilder AddHttpClientInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter("System.Net.Http").AddMeter("System.Net.NameResolution");
    }
}
