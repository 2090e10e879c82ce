using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Redis.Caching;
using Platform.Redis.Tests.Support;
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

    [Fact]
    public async Task Sensitive_InRedis_CannotBeReadNorMovedNorChangedNorGuessed()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var host = await StartAsync(prefix, Sensitive);
        var text = "the plain text"u8.ToArray();
        var options = new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(10) };
        await Cache(host).SetAsync("a", text, options, Stop);
        var database = redis.GetDatabase();
        var at = await KeyAsync(host);
        var stored = (byte[])(await database.StringGetAsync(at))!;

        Assert.Equal(text, await Cache(host).GetAsync("a", Stop));
        Assert.Equal(-1, stored.AsSpan().IndexOf(text));
        await database.KeyExpireAsync(at, TimeSpan.FromMinutes(1));
        await Cache(host).RefreshAsync("a", Stop);
        Assert.InRange((await database.KeyTimeToLiveAsync(at))!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));

        await database.KeyDeleteAsync(at);
        await Cache(host).SetAsync("b", Value, options, Stop);
        var other = await KeyAsync(host);
        await database.StringSetAsync(other, stored, TimeSpan.FromMinutes(1));
        Assert.Null(await Cache(host).GetAsync("b", Stop));

        for (var i = 0; i < stored.Length; i += 4)
        {
            var changed = stored.ToArray();
            changed[i] ^= 1;
            await database.StringSetAsync(at, changed, TimeSpan.FromMinutes(1));
            Assert.Null(await Cache(host).GetAsync("a", Stop));
        }

        // Without the secret nobody tells which key it is.
        await using var open = await StartAsync(prefix);
        await Task.WhenAll(database.KeyDeleteAsync(at), database.KeyDeleteAsync(other));
        await Cache(open).SetAsync("a", text, options, Stop);
        Assert.NotEqual(at, await KeyAsync(open));
    }

    [Fact]
    public async Task Sensitive_WhatWasWrittenUnsealed_IsMissing()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var before = await StartAsync(prefix);
        await Cache(before).SetAsync("a", Value, new DistributedCacheEntryOptions(), Stop);
        var plain = await redis.GetDatabase().StringGetAsync(await KeyAsync(before));
        await using var host = await StartAsync(prefix, Sensitive);

        Assert.Null(await Cache(host).GetAsync("a", Stop));

        // Nor where a sealed one would stand.
        await Cache(before).RemoveAsync("a", Stop);
        await Cache(host).SetAsync("a", Value, new DistributedCacheEntryOptions(), Stop);
        await redis.GetDatabase().StringSetAsync(await KeyAsync(host), plain, TimeSpan.FromMinutes(1));
        Assert.Null(await Cache(host).GetAsync("a", Stop));
    }

    [Fact]
    public async Task Sensitive_WithoutSealing_IsRefusedAtStart()
    {
        var (builder, _) = TestHost.Builder(new() { ["ConnectionStrings:redis"] = redis.ConnectionString });
        builder.AddPlatformRedis("redis", TestKeys.Registry).AddCaching(Sensitive);
        using var host = builder.Build();

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Contains("Caching:DistributedCache:Sensitive is true, but nothing seals", refused.Message, StringComparison.Ordinal);
    }

    private static void Sensitive(CachingOptions options) => options.DistributedCache.Sensitive = true;

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

    private Task<CacheHost> StartAsync(string? prefix = null, Action<CachingOptions>? configure = null) =>
        CacheHost.StartAsync(redis.ConnectionString, prefix ?? RedisFixture.NewPrefix(), configure);
}
