// An example shows its subject, not how to log fast.
#pragma warning disable CA1848, CA1873
using Platform.Redis.Keys;
using Platform.Redis;

namespace Platform.RedisApp.Documentation;

internal static class Resilience
{
    public static async Task<string?> ReadAsync(RedisStore redis, Keyspace keys, string id, CancellationToken cancellationToken)
    {
        // <docs:resilience 1>
        var name = await redis.ExecuteAsync(
            "profile.name", keys.Key(ProfileKeys.Name, id), static (database, key) => database.StringGetAsync(key), cancellationToken);
        // </docs>
        return name;
    }

    public static void Listen(RedisStore redis, ILogger logger)
    {
        // <docs:resilience 2>
        redis.StateChanged += change => logger.LogInformation("Redis available: {Available}", change.Available);
        // </docs>
    }
}
