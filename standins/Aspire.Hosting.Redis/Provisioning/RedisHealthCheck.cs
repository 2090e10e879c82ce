using Aspire.Hosting.Orchestration.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Redis.Provisioning;

/// <summary>Pings the server with the very connection string that the services get.</summary>
internal sealed class RedisHealthCheck(Func<CancellationToken, ValueTask<string?>> connectionString) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await connectionString(cancellationToken).ConfigureAwait(false) is not { Length: > 0 } text)
        {
            return HealthCheckResult.Unhealthy("The connection string is not available yet.");
        }

        RedisProblem? problem;
        try
        {
            problem = await RedisProbe.PingAsync(GivenRedis.Parse(text), cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException exception)
        {
            problem = new RedisProblem($"The connection string cannot be read: {exception.Message}", IsRefusal: true);
        }

        return problem is null
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(
                problem.Message,
                data: problem.IsRefusal ? new Dictionary<string, object> { [HealthFacts.Refused] = true } : null);
    }
}
