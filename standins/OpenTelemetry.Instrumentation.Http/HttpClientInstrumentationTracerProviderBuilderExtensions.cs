using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Instrumentation.Http.Implementation;

namespace OpenTelemetry.Trace;

/// <summary>Records outgoing HTTP requests.</summary>
public static class HttpClientInstrumentationTracerProviderBuilderExtensions
{
    /// <summary>Records outgoing HTTP requests.</summary>
    public static TracerProviderBuilder AddHttpClientInstrumentation(this TracerProviderBuilder builder)
        => AddHttpClientInstrumentation(builder, name: null, configureHttpClientTraceInstrumentationOptions: null);

    /// <summary>Records outgoing HTTP requests.</summary>
    public static TracerProviderBuilder AddHttpClientInstrumentation(
        this TracerProviderBuilder builder,
        Action<HttpClientTraceInstrumentationOptions>? configureHttpClientTraceInstrumentationOptions)
        => AddHttpClientInstrumentation(builder, name: null, configureHttpClientTraceInstrumentationOptions);

    /// <summary>Records outgoing HTTP requests.</summary>
    public static TracerProviderBuilder AddHttpClientInstrumentation(
        this TracerProviderBuilder builder,
        string? name,
        Action<HttpClientTraceInstrumentationOptions>? configureHttpClientTraceInstrumentationOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        name ??= Options.DefaultName;

        if (configureHttpClientTraceInstrumentationOptions is not null)
        {
            builder.ConfigureServices(services => services.Configure(name, configureHttpClientTraceInstrumentationOptions));
        }

        return builder
            .AddSource("System.Net.Http")
            .AddInstrumentation(services => new HttpClientListener(
                services.GetRequiredService<IOptionsMonitor<HttpClientTraceInstrumentationOptions>>().Get(name)));
    }
}
