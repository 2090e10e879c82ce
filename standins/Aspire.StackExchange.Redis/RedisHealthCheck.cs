using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis;

/// <summary>Pings every server of the client; of a cluster, asks whether it serves all slots.</summary>
internal sealed class RedisHealthCheck(IServiceProvider services, string? serviceKey) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var connection = services.GetRequiredKeyedService<IConnectionMultiplexer>(serviceKey);
            foreach (var endPoint in connection.GetEndPoints(configuredOnly: true))
            {
                var server = connection.GetServer(endPoint);
                if (await FindFaultAsync(connection, server).WaitAsync(cancellationToken).ConfigureAwait(false) is { } fault)
                {
                    return new HealthCheckResult(context.Registration.FailureStatus, fault);
                }
            }

            return HealthCheckResult.Healthy();
        }
        catch (Exception exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
        }
    }

    private static async Task<string?> FindFaultAsync(IConnectionMultiplexer connection, IServer server)
    {
        if (server.ServerType != ServerType.Cluster)
        {
            await connection.GetDatabase().PingAsync().ConfigureAwait(false);
            await server.PingAsync().ConfigureAwait(false);
            return null;
        }

        var info = (string?)await server.ExecuteAsync("CLUSTER", "INFO").ConfigureAwait(false);
        return info?.Contains("cluster_state:ok", StringComparison.Ordinal) == true
            ? null
            : $"CLUSTER INFO is not on OK state for endpoint {server.EndPoint}";
    }
}
