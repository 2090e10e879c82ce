using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Platform.ServiceDefaults.Health;

/// <summary>
/// <c>/alive</c>: the process answers; touches nothing else. <c>/health</c>: ready for requests. <c>/health/redis</c>: the Redis check
/// alone. <c>/health/detailed</c>: every check. Healthy and degraded are 200, unhealthy is 503. Mapped in every environment; outside of
/// Development only an administrator sees more than the status.
/// </summary>
internal static class HealthExtensions
{
    private const string Live = "live";
    private const string Redis = "redis";

    public static void AddDefaultHealthChecks(this IHostApplicationBuilder builder) => builder.Services.AddHealthChecks()
        .AddCheck("self", () => HealthCheckResult.Healthy(), [Live])
        .AddCheck<ShutdownHealthCheck>("shutdown");

    public static void MapHealthEndpoints(this WebApplication app)
    {
        Map(app, "/alive", check => check.Tags.Contains(Live), HealthResponse.WriteStatusAsync);
        Map(app, "/health", _ => true, HealthResponse.WriteStatusAsync);
        Map(app, "/health/redis", check => check.Name == Redis, HealthResponse.WriteCheckAsync);
        Map(app, "/health/detailed", _ => true, HealthResponse.WriteDetailedAsync);
    }

    private static void Map(
        WebApplication app, string path, Func<HealthCheckRegistration, bool> predicate, Func<HttpContext, HealthReport, Task> write) =>
        app.MapHealthChecks(path, new HealthCheckOptions { Predicate = predicate, ResponseWriter = write }).AllowAnonymous();
}
