using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Instrumentation.AspNetCore.Implementation;

namespace OpenTelemetry.Trace;

/// <summary>Records incoming HTTP requests.</summary>
public static class AspNetCoreInstrumentationTracerProviderBuilderExtensions
{
    private const string DisableQueryRedaction = "OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION";

    /// <summary>Records incoming HTTP requests.</summary>
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(this TracerProviderBuilder builder)
        => AddAspNetCoreInstrumentation(builder, name: null, configureAspNetCoreTraceInstrumentationOptions: null);

    /// <summary>Records incoming HTTP requests.</summary>
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(
        this TracerProviderBuilder builder,
        Action<AspNetCoreTraceInstrumentationOptions>? configureAspNetCoreTraceInstrumentationOptions)
        => AddAspNetCoreInstrumentation(builder, name: null, configureAspNetCoreTraceInstrumentationOptions);

    /// <summary>Records incoming HTTP requests.</summary>
    public static TracerProviderBuilder AddAspNetCoreInstrumentation(
        this TracerProviderBuilder builder,
        string? name,
        Action<AspNetCoreTraceInstrumentationOptions>? configureAspNetCoreTraceInstrumentationOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        name ??= Options.DefaultName;

        builder.ConfigureServices(services =>
        {
            services.AddOptions<AspNetCoreTraceInstrumentationOptions>(name).Configure<IConfiguration>(
                static (options, configuration) => options.DisableUrlQueryRedaction =
                    bool.TryParse(configuration[DisableQueryRedaction], out var disabled) && disabled);

            if (configureAspNetCoreTraceInstrumentationOptions is not null)
            {
                services.Configure(name, configureAspNetCoreTraceInstrumentationOptions);
            }
        });

        return builder
            .AddSource(HttpInListener.ActivitySourceName)
            .AddInstrumentation(services => new HttpInListener(
                services.GetRequiredService<IOptionsMonitor<AspNetCoreTraceInstrumentationOptions>>().Get(name)));
    }
}
