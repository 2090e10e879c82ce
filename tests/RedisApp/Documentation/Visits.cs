using Platform.Redis;
using Platform.Redis.Keys;
using Platform.Redis.Scripting;

namespace Platform.RedisApp.Documentation;

internal sealed class Visits
{
    // <docs:scripting 1>
    private static readonly RedisScript CountVisit = RedisScript.FromResource(typeof(Visits).Assembly, "CountVisit.lua");
    // </docs>

    public static async Task<long> CountAsync(RedisStore redis, Keyspace keys, string day, CancellationToken cancellationToken)
    {
        // <docs:scripting 1>
        var count = (long)await redis.EvaluateAsync(CountVisit, [keys.Key(ShopKeys.Visits, day)], [86_400_000], cancellationToken);
        // </docs>
        return count;
    }
}
