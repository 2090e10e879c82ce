using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Redis.Health;

namespace Platform.Redis.Connection;

/// <summary>
/// Connects before the service takes requests, so that the first ones need not wait and its health is not called into question while it
/// is only starting. Where Redis is away the service starts all the same, and says so.
/// </summary>
internal sealed class RedisStartup(RedisConnection connection, RedisHealthCheck health) : IHostedService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Task first = PingAsync().WaitAsync(LongestWait, cancellationToken);
        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (first.Exception?.InnerException is OptionsValidationException refused)
        {
            throw refused;
        }

        // Has the server's settings looked at; a service that is stopped before Redis answered has nothing to report.
        Task look = health.CheckHealthAsync(new HealthCheckContext(), cancellationToken);
        await look.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PingAsync()
    {
        var opened = await connection.OpenAsync().ConfigureAwait(false);
        await opened.GetDatabase().PingAsync().ConfigureAwait(false);
    }
}
