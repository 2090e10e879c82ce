using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Caching;
using Platform.Redis.Guarantees;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Caching;

/// <summary>A Redis that dies, or is full.</summary>
public sealed class CacheOutageTests
{
    private const int Keys = 100;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_KilledInTheMiddle_MemoryAnswersAndNothingStampedes()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await CacheHost.StartAsync(server.ConnectionString, RedisFixture.NewPrefix(), options =>
        {
            options.Default.LocalExpiration = TimeSpan.FromMilliseconds(300);
            options.Default.StaleFor = TimeSpan.FromMinutes(5);
        });
        var runs = new int[Keys];
        for (var key = 0; key < Keys; key++)
        {
            await GetAsync(key);
        }

        var reads = 0;
        var times = new List<double>[4];
        using var done = new CancellationTokenSource();
        var noise = new List<double>();
        Task[] readers =
        [
            .. Enumerable.Range(0, times.Length).Select(index => Task.Run(() => LoopAsync(times[index] = [], ReadAsync), Stop)),
            Task.Run(() => LoopAsync(noise, static _ => Task.Run(static () => { })), Stop),
        ];

        await ReadsAsync(5 * Keys);
        await server.KillAsync();
        await Eventually.TrueAsync(() => Mode(host) == GuaranteeMode.Local, TimeSpan.FromSeconds(5), "the outage is noticed");
        var before = (int[])runs.Clone();
        await Eventually.TrueAsync(
            () => runs.Zip(before).All(key => key.First > key.Second), TimeSpan.FromSeconds(20), "every key is computed during the outage");
        var during = runs.Sum();
        await server.RestartAsync(Stop);
        await Eventually.TrueAsync(() => Mode(host) == GuaranteeMode.Redis, TimeSpan.FromSeconds(5), "the return is noticed");
        await ReadsAsync(5 * Keys);
        await done.CancelAsync();
        await Task.WhenAll(readers);

        // A busy machine makes everybody wait; what it did to who asked for nothing is not the cache's.
        var all = times.SelectMany(one => one).ToList();
        Assert.True(all.Count > 500, $"{all.Count} reads are too few to tell.");
        Assert.InRange(Percentile99(all), 0, 20 + (2 * Percentile99(noise)));

        // While Redis was away every key was computed here, each time its place in memory had expired; on its return, at most once.
        Assert.InRange(during, Keys, Keys * 8);
        Assert.InRange(runs.Sum() - during, 0, 2 * Keys);

        async Task LoopAsync(List<double> took, Func<int, Task> read)
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await read(i % Keys);
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                await Task.Delay(2, Stop);
            }
        }

        // As many more, however fast the machine is.
        Task ReadsAsync(int more)
        {
            var enough = Volatile.Read(ref reads) + more;
            return Eventually.TrueAsync(() => Volatile.Read(ref reads) >= enough, TimeSpan.FromSeconds(20), $"{more} more reads");
        }

        async Task ReadAsync(int key)
        {
            await GetAsync(key);
            Interlocked.Increment(ref reads);
        }

        async Task GetAsync(int key) => await host.Cache.GetOrCreateAsync(
            $"a:{key}",
            async cancel =>
            {
                Interlocked.Increment(ref runs[key]);
                await Task.Delay(50, cancel);
                return key;
            },
            cancellationToken: Stop);
    }

    [Fact]
    public async Task Redis_AwayFromTheStart_EachValueIsComputedOnceHere_AFewAtATime()
    {
        await using var server = await RedisServer.StartAsync();
        await server.KillAsync();
        await using var host = await CacheHost.StartAsync(
            server.ConnectionString, RedisFixture.NewPrefix(), options => options.FactoriesWithoutRedis = 4);
        var (running, most, runs) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => host.Cache.GetOrCreateAsync(
            $"a:{number % 20}",
            async cancel =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Interlocked.Increment(ref runs);
                await Task.Delay(20, cancel);
                Interlocked.Decrement(ref running);
                return number;
            },
            cancellationToken: Stop).AsTask()));

        Assert.Equal(20, runs);
        Assert.InRange(most, 1, 4);
        await Assert.ThrowsAsync<RedisUnavailableException>(async () => await host.Cache.RemoveAsync("a:1", Stop));
    }

    [Fact]
    public async Task Redis_AlmostFull_CachesNothingMoreButKeepsState()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { MaxMemory = "6mb", AppendOnly = false });
        await using var host = await CacheHost.StartAsync(server.ConnectionString, RedisFixture.NewPrefix());
        var database = host.Host.Multiplexer.GetDatabase();
        var changes = 0;
        host.Host.Services.GetServices<ICapability>().Single(capability => capability.Name == "cache").StateChanged += () => changes++;
        await HybridCacheTests.ReadAsync(host, "a:0");
        Assert.True(await database.KeyExistsAsync(await host.EntryKeyAsync("a:0")));
        await FillAsync(server, 0.85);
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        for (var i = 1; i < 100; i++)
        {
            Assert.Equal("value", await HybridCacheTests.ReadAsync(host, $"a:{i}", "value"));
            Assert.Equal("value", await HybridCacheTests.ReadAsync(host, $"a:{i}", "another"));
            Assert.False(await database.KeyExistsAsync(await host.EntryKeyAsync($"a:{i}")));
        }

        Assert.True(await host.Host.Store.ExecuteAsync(
            "test.state", static database => database.StringSetAsync("state", "kept", TimeSpan.FromMinutes(1)), Stop));
        Assert.Single(host.Host.Logs.Lines, line => line.Id == 2250);
        Assert.Equal(GuaranteeMode.Local, Mode(host));

        await database.KeyDeleteAsync([.. Enumerable.Range(0, 1000).Select(number => (RedisKey)$"filler:{number}")]);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        await HybridCacheTests.ReadAsync(host, "a:100");

        Assert.True(await database.KeyExistsAsync(await host.EntryKeyAsync("a:100")));
        Assert.Equal(GuaranteeMode.Redis, Mode(host));
        Assert.Equal(2, changes);
    }

    [Fact]
    public async Task Redis_Full_ServesFromMemory()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { MaxMemory = "6mb", AppendOnly = false });
        await using var host = await CacheHost.StartAsync(
            server.ConnectionString, RedisFixture.NewPrefix(), options => options.MemoryPressure = 1);
        await FillAsync(server, 1);

        Assert.Equal("value", await HybridCacheTests.ReadAsync(host, or: "value"));
        Assert.Equal("value", await HybridCacheTests.ReadAsync(host, or: "another"));
    }

    private static double Percentile99(List<double> times) => times.Order().ElementAt((int)(times.Count * 0.99));

    private static GuaranteeMode Mode(CacheHost host) =>
        host.Host.Services.GetServices<ICapability>().Single(capability => capability.Name == "cache").State.Mode;

    private static async Task FillAsync(RedisServer server, double share)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",asyncTimeout=30000");
        var database = connection.GetDatabase();
        for (var i = 0; i < 1000; i++)
        {
            var info = Platform.Redis.Health.ServerFacts.ParseInfo((string)(await database.ExecuteAsync("INFO", "memory"))!);
            if (double.Parse(info["used_memory"]) / double.Parse(info["maxmemory"]) >= share)
            {
                return;
            }

            try
            {
                await database.StringSetAsync($"filler:{i}", new byte[32 * 1024], TimeSpan.FromMinutes(1));
            }
            catch (RedisServerException)
            {
                return;
            }
        }
    }
}
