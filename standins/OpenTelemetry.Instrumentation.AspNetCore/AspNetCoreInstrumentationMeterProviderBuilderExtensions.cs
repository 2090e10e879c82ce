namespace OpenTelemetry.Metrics;

/// <summary>Collects the metrics of ASP.NET Core.</summary>
public static class AspNetCoreInstrumentationMeterProviderBuilderExtensions
{
    private static readonly string[] Areas =
    [
        "Hosting",
        "Server.Kestrel",
        "Http.Connections",
        "Routing",
        "Diagnostics",
        "RateLimiting",
        "Components",
        "Components.Server.Circuits",
        "Components.Lifecycle",
        "Authorization",
        "Authentication",
        "Identity",
        "MemoryPool",
    ];

    /// <summary>Collects what ASP.NET Core's own meters report.</summary>
    public static MeterProviderBuilder AddAspNetCoreInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter([.. Areas.Select(static area => $"Microsoft.AspNetCore.{area}")]);
    }
}
