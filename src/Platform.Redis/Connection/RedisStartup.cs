using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Platform.Redis.Health;

namespace Platform.Redis.Connection;

/// <summary>Connects when the service starts, without making it wait, and has the server's settings looked at once.</summary>
internal sealed class RedisStartup(RedisHealthCheck health) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A service that is stopped before Redis answered has nothing to report.
        Task look = health.CheckHealthAsync(new HealthCheckContext(), stoppingToken);
        await look.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
