using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Platform.Redis;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.RedisApp;

/// <summary>What a service does for an outage to be seen through it.</summary>
internal static class ResilienceEndpoints
{
    public static void MapResilienceEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health/redis", new HealthCheckOptions { Predicate = check => check.Name == "redis" });
        app.MapGuarantees(_ => true);
        app.MapGet("/resilience/items/{id}", async (string id, RedisStore redis, Keyspace keys, CancellationToken cancellationToken) =>
            (string?)await redis.ExecuteAsync("test.get", keys.Key(AppKeys.Item, id), static (database, key) => database.StringGetAsync(key), cancellationToken)
                is { } value ? Results.Text(value) : Results.NotFound());
        app.MapPut("/resilience/items/{id}", async (string id, RedisStore redis, Keyspace keys, CancellationToken cancellationToken) =>
            await redis.ExecuteAsync(
                "test.set", keys.Key(AppKeys.Item, id), static (database, key) => database.StringSetAsync(key, "x", TimeSpan.FromMinutes(5)), cancellationToken));
    }
}
