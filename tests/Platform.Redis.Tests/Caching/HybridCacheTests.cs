using Microsoft.Extensions.Caching.Hybrid;
using Platform.TestKit;

namespace Platform.Redis.Tests.Caching;

public sealed class HybridCacheTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly HybridCacheEntryOptions RedisOnly = new() { Flags = HybridCacheEntryFlags.DisableLocalCache };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetOrCreate_Twice_ComputesOnceAndHitsMemory()
    {
        await using var host = await StartAsync();
        var runs = 0;

        var first = await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult($"value {++runs}"), cancellationToken: Stop);
        var second = await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult($"value {++runs}"), cancellationToken: Stop);

        Assert.Equal(("value 1", "value 1", 1), (first, second, runs));
        Assert.Equal((1, 1, 0), (host.Statistics().MemoryHits, host.Statistics().Misses, host.Statistics().RedisHits));
    }

    [Fact]
    public async Task GetOrCreate_StoredByAnotherReplica_HitsRedis()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var one = await StartAsync(prefix);
        await using var other = await StartAsync(prefix);

        await one.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(new Person("Ada", 36)), cancellationToken: Stop);
        var read = await other.Cache.GetOrCreateAsync<Person>("a:1", _ => throw new InvalidOperationException("computed"), cancellationToken: Stop);

        Assert.Equal(new Person("Ada", 36), read);
        Assert.Equal(1, other.Statistics().RedisHits);
    }

    [Fact]
    public async Task GetOrCreate_WithoutLocalCache_AsksRedisEachTime()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(7, await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(7), RedisOnly, cancellationToken: Stop));
        }

        Assert.Equal((2, 0, 0), (host.Statistics().RedisHits, host.Statistics().MemoryHits, host.Memory.Count));
    }

    private Task<CacheHost> StartAsync(string? prefix = null) => CacheHost.StartAsync(redis.ConnectionString, prefix ?? RedisFixture.NewPrefix());

    private sealed record Person(string Name, int Age);
}
