using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Configuration;
using Platform.ServiceDefaults.Health;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.OpenApi;
using Platform.ServiceDefaults.Problems;
using Platform.ServiceDefaults.Telemetry;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// What every service of the platform has: telemetry, health, service discovery, resilient HTTP clients, bearer authentication,
/// problem details, OpenAPI, forwarded headers and a graceful end.
/// </summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Requests with a larger body are refused with 413 unless the endpoint says otherwise.</summary>
    public const long DefaultBodyLimit = 1024 * 1024;

    /// <summary>Short, because a new version of the service describes itself anew.</summary>
    private static readonly TimeSpan OpenApiLifetime = TimeSpan.FromMinutes(1);

    /// <summary>Shorter than the 10 s after which hosts kill, so that what is under way ends by itself.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.Replace(ServiceDescriptor.Transient(typeof(IOptionsFactory<>), typeof(SettingsFactory<>)));
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddResilienceDefaults();
            http.AddServiceDiscovery();
        });

        builder.AddPlatformAuthentication();
        builder.Services.AddPlatformProblemDetails();
        builder.Services.AddPlatformOpenApi();

        builder.Services.Configure<JsonOptions>(json => JsonDefaults.Apply(json.SerializerOptions));
        builder.Services.Configure<ForwardedHeadersOptions>(headers =>
        {
            // Only proxies that are named are believed: loopback by default, others by configuration.
            headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var network in builder.Configuration.GetSection("ForwardedHeaders:KnownNetworks").Get<string[]>() ?? [])
            {
                headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = DefaultBodyLimit;
        });

        return builder;
    }

    /// <summary>The middleware, in the one order that is right for every service.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRequestChecks();
        app.UsePlatformOpenApiPage();
        app.UseAuthentication();
        app.UseAuthorization();
        return app;
    }

    /// <summary>Maps health and OpenAPI, in every environment.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthEndpoints();

        // The same for everybody, so neither query nor host makes another copy; where the service has no output cache it is made each time.
        app.MapOpenApi().AllowAnonymous()
            .CacheOutput(policy => policy.Expire(OpenApiLifetime).SetVaryByQuery([]).SetVaryByHost(false));
        return app;
    }
}
