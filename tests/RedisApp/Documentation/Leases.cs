using Platform.Redis.Keys;
using Platform.Redis.Leases;
using Platform.Redis;
using StackExchange.Redis;
using static Platform.RedisApp.Documentation.Shop;

namespace Platform.RedisApp.Documentation;

internal static class Leases
{
    public static void Add(WebApplicationBuilder builder)
    {
        // <docs:leases 1>
        builder.AddPlatformRedis("redis", ShopKeys.Registry).AddLeases();
        // </docs>
    }
}

// <docs:leases 1>
public sealed class Stocktaking(ILeases leases, FencedRecords records, Keyspace keys)
{
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var lease = await leases.TryAcquireAsync("stocktaking", TimeSpan.FromSeconds(30), cancellationToken);
        if (lease is null)
        {
            return false; // Somebody else does it.
        }

        using var work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var count = await CountAsync(work.Token);
        HashEntry[] fields = [new("count", count)];
        return await records.WriteAsync(keys.Key(ShopKeys.Stock, "all"), lease.Fence, fields, TimeSpan.FromDays(1), work.Token);
    }
}
// </docs>
