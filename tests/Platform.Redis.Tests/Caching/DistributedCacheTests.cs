using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Caching;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Caching;

public sealed class DistributedCacheTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly byte[] Value = [1, 2, 3];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_ThenGet_ReturnsTheSameBytes()
    {
        await using var host = await StartAsync();
        var cache = Cache(host);
        await cache.SetAsync("a key, of any sort: ü {x}", Value, new DistributedCacheEntryOptions(), Stop);
        cache.Set("b", [], new DistributedCacheEntryOptions());

        Assert.Equal(Value, await cache.GetAsync("a key, of any sort: ü {x}", Stop));
        Assert.Empty(cache.Get("b")!);
        Assert.Null(cache.Get("c"));
        var buffer = new ArrayBufferWriter<byte>();
        Assert.True(await ((IBufferDistributedCache)cache).TryGetAsync("a key, of any sort: ü {x}", buffer, Stop));
        Assert.Equal(Value, buffer.WrittenSpan.ToArray());
        Assert.False(((IBufferDistributedCache)cache).TryGet("c", buffer));
    }

    [Fact]
    public async Task Remove_ThenGet_FindsNothing()
    {
        await using var host = await StartAsync();
        var cache = Cache(host);
        await cache.SetAsync("a", Value, new DistributedCacheEntryOptions(), Stop);

        await cache.RemoveAsync("a", Stop);

        Assert.Null(await cache.GetAsync("a", Stop));
    }

    [Fact]
    public async Task AbsoluteExpiration_Passed_EndsIt_HoweverOftenItIsRead()
    {
        await using var host = await StartAsync();
        var cache = Cache(host);
        await cache.SetAsync(
            "a", Value,
            new DistributedCacheEntryOptions
            {
                AbsoluteExpirationRelativeToNow = TimeSpan.FromMilliseconds(700), SlidingExpiration = TimeSpan.FromMilliseconds(500),
            },
            Stop);
        Assert.Equal(Value, await cache.GetAsync("a", Stop));

        await Eventually.TrueAsync(async () => await cache.GetAsync("a", Stop) is null, TimeSpan.FromSeconds(3), "it ends though it is read");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => cache.SetAsync(
            "a", Value, new DistributedCacheEntryOptions { AbsoluteExpiration = DateTimeOffset.UnixEpoch }, Stop));
    }

    [Fact]
    public async Task SlidingExpiration_IsMovedByReadsAndRefreshes_AndWrittenOnlyWhereItPays()
    {
        await using var host = await StartAsync();
        var cache = Cache(host);
        var window = TimeSpan.FromMinutes(10);
        await cache.SetAsync("a", Value, new DistributedCacheEntryOptions { SlidingExpiration = window }, Stop);
        var key = await KeyAsync(host);
        var database = redis.GetDatabase();
        var expiry = await database.KeyExpireTimeAsync(key);

        await cache.GetAsync("a", Stop);
        await cache.GetAsync("a", Stop);
        Assert.Equal(expiry, await database.KeyExpireTimeAsync(key));

        await database.KeyExpireAsync(key, window / 2);
        await cache.GetAsync("a", Stop);
        Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value, window * 0.9, window);

        await database.KeyExpireAsync(key, window / 2);
        await cache.RefreshAsync("a", Stop);
        Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value, window * 0.9, window);
    }

    [Fact]
    public async Task OtherAtRest_IsNothing()
    {
        await using var host = await StartAsync();
        await Cache(host).SetAsync("a", Value, new DistributedCacheEntryOptions(), Stop);
        var key = await KeyAsync(host);

        await redis.GetDatabase().StringSetAsync(key, "short", TimeSpan.FromMinutes(1));
        Assert.Null(await Cache(host).GetAsync("a", Stop));
        await redis.GetDatabase().KeyDeleteAsync(key);
        await redis.GetDatabase().HashSetAsync(key, "a", "b");
        Assert.Null(await Cache(host).GetAsync("a", Stop));
        await redis.GetDatabase().KeyDeleteAsync(key);
    }

    private static IDistributedCache Cache(CacheHost host) => host.Host.Services.GetRequiredService<IDistributedCache>();

    private async Task<RedisKey> KeyAsync(CacheHost host)
    {
        var pattern = host.Host.Keys.Key(CacheKeys.Item, "x").ToString().Replace("{x}", "*", StringComparison.Ordinal);
        foreach (var server in redis.Multiplexer.GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync(pattern: pattern))
            {
                return key;
            }
        }

        throw new InvalidOperationException("There is no item.");
    }

    private Task<CacheHost> StartAsync() => CacheHost.StartAsync(redis.ConnectionString, RedisFixture.NewPrefix());
}
