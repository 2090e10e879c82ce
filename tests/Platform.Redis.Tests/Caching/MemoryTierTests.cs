using Microsoft.Extensions.Caching.Hybrid;
using Platform.TestKit;

namespace Platform.Redis.Tests.Caching;

public sealed class MemoryTierTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const long Limit = 8 * 1024 * 1024;

    private static readonly HybridCacheEntryOptions MemoryOnly = new() { Flags = HybridCacheEntryFlags.DisableDistributedCache };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MillionKeys_NeverTakeMoreThanTheLimit()
    {
        await using var host = await StartAsync();
        var most = 0L;
        using var done = new CancellationTokenSource();
        var watching = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    most = Math.Max(most, host.Memory.Bytes);
                    await Task.Yield();
                }
            },
            Stop);

        for (var i = 0; i < 1_000_000; i++)
        {
            await host.Cache.SetAsync($"a:{i}", "value", MemoryOnly, cancellationToken: Stop);
        }

        await done.CancelAsync();
        await watching;
        Assert.InRange(most, Limit / 2, Limit);
        Assert.Equal(host.Memory.Bytes, host.Statistics().MemoryBytes);
        Assert.InRange(host.Statistics().Evictions + host.Memory.Count, 900_000, 1_000_000);
    }

    [Fact]
    public async Task Eviction_SparesWhatIsUsed()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a:hot", "value", MemoryOnly, cancellationToken: Stop);

        for (var i = 0; i < 100_000; i++)
        {
            await host.Cache.SetAsync($"a:{i}", "value", MemoryOnly, cancellationToken: Stop);
            if (i % 1000 == 0)
            {
                Assert.Equal("value", await HybridCacheTests.ReadAsync(host, "a:hot"));
            }
        }
    }

    [Fact]
    public async Task TooLargeForMemory_IsServedFromRedis()
    {
        await using var host = await CacheHost.StartAsync(redis.ConnectionString, RedisFixture.NewPrefix(), options => options.MemoryLimitBytes = 1024 * 1024);
        var large = new string('x', 300_000);

        await host.Cache.SetAsync("a:1", large, cancellationToken: Stop);

        Assert.Equal(large, await HybridCacheTests.ReadAsync(host));
        Assert.Equal((1L, 0), (host.Statistics().RedisHits, host.Memory.Count));
    }

    private Task<CacheHost> StartAsync() => CacheHost.StartAsync(
        redis.ConnectionString, RedisFixture.NewPrefix(), options => options.MemoryLimitBytes = Limit);
}
