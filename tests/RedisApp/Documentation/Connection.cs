using Platform.Redis.Keys;
using Platform.Redis;

namespace Platform.RedisApp.Documentation;

internal static class Connection
{
    public static async Task<string?> ReadAsync(WebApplicationBuilder builder, RedisStore redis, Keyspace keys, string id, CancellationToken cancellationToken)
    {
        // <docs:connection 1>
        builder.AddPlatformRedis("redis", ShopKeys.Registry);

        var name = await redis.ExecuteAsync(
            "customer.name", keys.Key(ShopKeys.Customer, id), static (database, key) => database.StringGetAsync(key), cancellationToken);
        // </docs>
        return name;
    }
}
