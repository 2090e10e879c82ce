using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenTelemetry;

/// <summary>Configures the OpenTelemetry SDK of one service collection.</summary>
public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
{
    internal OpenTelemetryBuilder(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Services = services;
    }

    /// <inheritdoc />
    public IServiceCollection Services { get; }

    /// <summary>Configures the resource that all signals report.</summary>
    public OpenTelemetryBuilder ConfigureResource(Action<ResourceBuilder> configure)
    {
        OpenTelemetryBuilderSdkExtensions.ConfigureResource(this, configure);
        return this;
    }

    /// <summary>Adds metrics.</summary>
    public OpenTelemetryBuilder WithMetrics() => WithMetrics(static _ => { });

    /// <summary>Adds metrics.</summary>
    public OpenTelemetryBuilder WithMetrics(Action<MeterProviderBuilder> configure)
    {
        OpenTelemetryBuilderSdkExtensions.WithMetrics(this, configure);
        return this;
    }

    /// <summary>Adds tracing.</summary>
    public OpenTelemetryBuilder WithTracing() => WithTracing(static _ => { });

    /// <summary>Adds tracing.</summary>
    public OpenTelemetryBuilder WithTracing(Action<TracerProviderBuilder> configure)
    {
        OpenTelemetryBuilderSdkExtensions.WithTracing(this, configure);
        return this;
    }

    /// <summary>Adds logging.</summary>
    public OpenTelemetryBuilder WithLogging() => WithLogging(configureBuilder: null, configureOptions: null);

    /// <summary>Adds logging.</summary>
    public OpenTelemetryBuilder WithLogging(Action<LoggerProviderBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return WithLogging(configureBuilder: configure, configureOptions: null);
    }

    /// <summary>Adds logging.</summary>
    public OpenTelemetryBuilder WithLogging(
        Action<LoggerProviderBuilder>? configureBuilder,
        Action<OpenTelemetryLoggerOptions>? configureOptions)
    {
        OpenTelemetryBuilderSdkExtensions.WithLogging(this, configureBuilder, configureOptions);
        return this;
    }
}
