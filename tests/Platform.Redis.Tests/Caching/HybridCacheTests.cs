using System.Text.Json.Serialization;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Caching;
using Platform.TestKit;
using StackExchange.Redis;

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
    public async Task GetOrCreate_HitInMemory_AllocatesNothing()
    {
        // The smallest object has 24 bytes; what is less for each is the runtime's own now and then.
        const int Count = 10_000;

        await using var host = await StartAsync();
        await host.Cache.SetAsync("a:1", "value", cancellationToken: Stop);
        Read(host.Cache);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(host.Cache);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Count);

        static void Read(HybridCache cache)
        {
            for (var i = 0; i < Count; i++)
            {
                var read = cache.GetOrCreateAsync<int, string>("a:1", 0, static (_, _) => throw new InvalidOperationException());
                Assert.True(read.IsCompletedSuccessfully);
                _ = read.GetAwaiter().GetResult();
            }
        }
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

    [Fact]
    public async Task GetOrCreate_MutableValue_IsEachCallersOwn()
    {
        await using var host = await StartAsync();
        var first = await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(new List<int> { 1 }), cancellationToken: Stop);
        first.Add(2);

        var second = await host.Cache.GetOrCreateAsync<List<int>>("a:1", _ => throw new InvalidOperationException(), cancellationToken: Stop);

        Assert.Equal([1], second);
    }

    [Fact]
    public async Task GetOrCreate_FactoryThrows_IsThrownAndNotCached()
    {
        await using var host = await StartAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await host.Cache.GetOrCreateAsync<string>("a:1", _ => throw new InvalidOperationException(), cancellationToken: Stop));

        Assert.Equal("value", await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult("value"), cancellationToken: Stop));
    }

    [Fact]
    public async Task GetOrCreate_Null_IsKeptForTheNegativeExpiration()
    {
        await using var host = await StartAsync(configure: options => options.Default.NegativeExpiration = TimeSpan.FromSeconds(5));
        var runs = 0;
        for (var i = 0; i < 2; i++)
        {
            Assert.Null(await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(++runs == 0 ? "" : null), cancellationToken: Stop));
        }

        Assert.Equal(1, runs);
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(++runs == 0 ? "" : null), cancellationToken: Stop));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task GetOrCreate_LocalExpirationOver_AsksRedisAgain()
    {
        await using var host = await StartAsync();
        HybridCacheEntryOptions options = new() { Expiration = TimeSpan.FromMinutes(1), LocalCacheExpiration = TimeSpan.FromSeconds(1) };
        await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(1), options, cancellationToken: Stop);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var read = await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(2), options, cancellationToken: Stop);

        Assert.Equal((1, 1L), (read, host.Statistics().RedisHits));
    }

    [Fact]
    public async Task GetOrCreate_Expired_IsComputedAgain()
    {
        await using var host = await StartAsync();
        await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(1), cancellationToken: Stop);

        host.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(2, await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(2), cancellationToken: Stop));
    }

    [Fact]
    public async Task GetOrCreate_UnderlyingDataDisabled_ComputesNothing()
    {
        await using var host = await StartAsync();
        HybridCacheEntryOptions options = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

        Assert.Null(await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult<string?>("value"), options, cancellationToken: Stop));
        await host.Cache.SetAsync("a:1", "value", cancellationToken: Stop);
        Assert.Equal("value", await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult<string?>("other"), options, cancellationToken: Stop));
    }

    [Fact]
    public async Task GetOrCreate_EveryCallerLeaves_CancelsTheFactory()
    {
        await using var host = await StartAsync();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leave = new CancellationTokenSource();
        var call = host.Cache.GetOrCreateAsync(
            "a:1",
            async cancel =>
            {
                await using var registration = cancel.Register(() => cancelled.TrySetResult());
                started.SetResult();
                await Task.Delay(Timeout.Infinite, cancel);
                return 1;
            },
            cancellationToken: leave.Token).AsTask();
        await started.Task;

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(5), Stop);
    }

    [Fact]
    public async Task Set_ByAnotherReplica_IsSeen()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var one = await StartAsync(prefix);
        await using var other = await StartAsync(prefix);
        await one.Cache.SetAsync("a:1", "old", cancellationToken: Stop);
        Assert.Equal("old", await ReadAsync(other));

        await one.Cache.SetAsync("a:1", "new", cancellationToken: Stop);

        await Eventually.TrueAsync(async () => await ReadAsync(other) == "new", TimeSpan.FromSeconds(5), "the other replica reads it");
        Assert.Equal("new", await ReadAsync(one));
    }

    [Fact]
    public async Task Remove_WhileTheFactoryRuns_KeepsNothingOfIt()
    {
        await using var host = await StartAsync();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = host.Cache.GetOrCreateAsync(
            "a:1",
            async _ =>
            {
                started.SetResult();
                await go.Task;
                return "old";
            },
            cancellationToken: Stop).AsTask();
        await started.Task;

        await host.Cache.RemoveAsync("a:1", Stop);
        go.SetResult();

        Assert.Equal("old", await call);
        Assert.Equal("new", await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult("new"), cancellationToken: Stop));
    }

    [Fact]
    public async Task RemoveByTag_EndsWhatCarriesIt_AndNothingElse()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var one = await StartAsync(prefix);
        await using var other = await StartAsync(prefix);
        await one.Cache.SetAsync("a:1", "old", tags: ["red", "round"], cancellationToken: Stop);
        await one.Cache.SetAsync("a:2", "old", tags: ["blue"], cancellationToken: Stop);
        Assert.Equal("old", await ReadAsync(other));

        await one.Cache.RemoveByTagAsync("round", Stop);

        Assert.Equal("new", await ReadAsync(one, or: "new"));
        await Eventually.TrueAsync(async () => await ReadAsync(other, or: "new") == "new", TimeSpan.FromSeconds(5), "the other replica hears of it");
        Assert.Equal("old", await ReadAsync(one, "a:2"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cleared_WakeUpLost_IsFreshWithin5Seconds(bool space)
    {
        var prefix = RedisFixture.NewPrefix();
        await using var one = await StartAsync(prefix);
        await using var deaf = await StartAsync(prefix);
        await one.Cache.SetAsync("a:1", "old", cancellationToken: Stop);
        Assert.Equal("old", await ReadAsync(deaf));
        await deaf.Host.Multiplexer.GetSubscriber().UnsubscribeAllAsync();

        await (space ? one.Namespaces.ClearAsync(CacheNamespaces.Other, Stop) : one.Cache.RemoveAsync("a:1", Stop).AsTask());

        await Eventually.TrueAsync(
            async () => await ReadAsync(deaf, or: "new") == "new", TimeSpan.FromSeconds(5), "it looks though nobody wakes it");
    }

    [Fact]
    public async Task Generations_Flushed_ReviveNothing()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var host = await StartAsync(prefix);
        await host.Cache.SetAsync("a:1", "old", tags: ["red"], cancellationToken: Stop);
        var kept = await host.EntryKeyAsync("a:1");
        await host.Cache.RemoveByTagAsync("red", Stop);

        // As after a loss of part of the data: the entry is there, the generations that ended it are not.
        foreach (var server in redis.Multiplexer.GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync(pattern: prefix + "*cache-generation*"))
            {
                await redis.GetDatabase().KeyDeleteAsync(key);
            }
        }

        Assert.True(await redis.GetDatabase().KeyExistsAsync(kept));
        await using var later = await StartAsync(prefix);
        Assert.Equal("new", await ReadAsync(later, or: "new"));
    }

    [Fact]
    public async Task Stream_Flushed_NothingInMemoryIsBelieved()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var host = await StartAsync(prefix);
        await host.Cache.SetAsync("a:1", "old", cancellationToken: Stop);

        await redis.GetDatabase().KeyDeleteAsync(host.Host.Keys.Key(CacheKeys.Changes, "all"));
        await redis.GetDatabase().KeyDeleteAsync(await host.EntryKeyAsync("a:1"));

        await Eventually.TrueAsync(async () => await ReadAsync(host, or: "new") == "new", TimeSpan.FromSeconds(5), "the gap is noticed");
    }

    [Fact]
    public async Task WarmUp_Registered_HasRunWhenTheServiceStarted()
    {
        await using var host = await CacheHost.StartAsync(
            redis.ConnectionString, RedisFixture.NewPrefix(), services: services => services.AddSingleton<ICacheWarmUp, WarmUp>());

        Assert.Equal("warm", await ReadAsync(host));
    }

    [Fact]
    public async Task GetOrCreate_EntryWhereTheTypeCannotBeRead_IsComputed()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a:1", "text", cancellationToken: Stop);

        var computed = await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(new Ambiguous { One = 1 }), RedisOnly, cancellationToken: Stop)
            .AsTask().WaitAsync(TimeSpan.FromSeconds(10), Stop);

        Assert.Equal(1, computed.One);
        Assert.Equal("text", await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult("computed"), RedisOnly, cancellationToken: Stop));
    }

    [Fact]
    public async Task GetOrCreate_AfterARemovalDuringAComputation_DoesNotGetItsValue()
    {
        await using var host = await StartAsync();
        var begun = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var before = host.Cache.GetOrCreateAsync(
            "a:1",
            async _ =>
            {
                begun.SetResult();
                await gate.Task;
                return "old";
            },
            cancellationToken: Stop).AsTask();
        await begun.Task;
        await host.Cache.RemoveAsync("a:1", Stop);

        var after = ReadAsync(host, or: "new");

        Assert.Equal("new", await after.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        gate.SetResult();
        Assert.Equal("old", await before);
        Assert.Equal("new", await ReadAsync(host));
    }

    [Fact]
    public async Task Acquire_CancelledBeforeItsReply_LeavesNoLeaseBehind()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var host = await CacheHost.StartAsync(
            server.ConnectionString, RedisFixture.NewPrefix(), options => options.LeaseDuration = TimeSpan.FromSeconds(30));

        // The server knows the script: else it would refuse the hash, and take no lease.
        await ReadAsync(host, "a:2");
        var entryKey = await host.EntryKeyAsync("a:1");
        using var cancelling = new CancellationTokenSource();
        server.Pause();
        var claiming = host.Redis.AcquireAsync(entryKey, RedisValue.EmptyString, "nobody", cancelling.Token);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claiming);
        server.Resume();

        // Without the lease being given back, this would wait for its end.
        Assert.Equal("computed", await ReadAsync(host).WaitAsync(TimeSpan.FromSeconds(10), Stop));
    }

    [Fact]
    public async Task Acquire_RepliesTooLate_LeavesNoLeaseBehind()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var host = await CacheHost.StartAsync(
            server.ConnectionString, RedisFixture.NewPrefix(), options => options.LeaseDuration = TimeSpan.FromSeconds(30));

        // The server knows the script: else it would refuse the hash, and take no lease.
        await ReadAsync(host, "a:2");
        var entryKey = await host.EntryKeyAsync("a:1");
        server.Pause();
        await Assert.ThrowsAsync<RedisUnavailableException>(() => host.Redis.AcquireAsync(entryKey, RedisValue.EmptyString, "nobody", Stop));
        server.Resume();

        await Eventually.TrueAsync(
            async () => (await host.Redis.AcquireAsync(entryKey, RedisValue.EmptyString, "somebody", Stop)).Acquired, TimeSpan.FromSeconds(10), "the lease is free");
    }

    internal static async Task<string> ReadAsync(CacheHost host, string key = "a:1", string or = "computed") =>
        await host.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(or), cancellationToken: Stop);

    private Task<CacheHost> StartAsync(string? prefix = null, Action<CachingOptions>? configure = null) =>
        CacheHost.StartAsync(redis.ConnectionString, prefix ?? RedisFixture.NewPrefix(), configure);

    private sealed record Person(string Name, int Age);

    private sealed class Ambiguous
    {
        [JsonPropertyName("one")]
        public int One { get; init; }

        [JsonPropertyName("one")]
        public int Other { get; init; }
    }

    private sealed class WarmUp : ICacheWarmUp
    {
        public async Task WarmUpAsync(HybridCache cache, CancellationToken cancellationToken) =>
            await cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult("warm"), cancellationToken: cancellationToken);
    }
}
