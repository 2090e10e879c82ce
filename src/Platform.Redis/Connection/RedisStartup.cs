using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Platform.Redis.Health;

namespace Platform.Redis.Connection;

/// <summary>Connects when the service starts, without making it wait, and has the server's settings looked at once.</summary>
internal sealed class RedisStartup(RedisHealthCheck health) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        health.CheckHealthAsync(new HealthCheckContext(), stoppingToken);
}
