using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Resilience;

/// <summary>The server answers, and refuses: its memory or disk is full, it became a replica, it is loading.</summary>
public sealed class RefusingServerTests
{
    private static readonly RedisScript Increment = RedisScript.FromResource(typeof(RefusingServerTests).Assembly, "Increment.lua");
    private static readonly EventStreamOptions Events = new(100_000, TimeSpan.FromHours(1));

    [Fact]
    public async Task MemoryFull_WritesAreRefusedWholeAndEverythingElseGoesOn()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { MaxMemory = "4mb" });
        await using var host = await StartAsync(server);
        var revoked = host.Keys.Key(TestKeys.Item, "revoked");
        await host.Store.ExecuteAsync("test.set", database => database.StringSetAsync(revoked, "x", TimeSpan.FromHours(1)), default);

        // Scripts that write several things: an entry, its expiry, the wake-up.
        var stream = host.Keys.Key(TestKeys.Log, "s");
        var payload = new string('p', 20_000);
        var acknowledged = 0;
        RedisUnavailableException? refused = null;
        while (refused is null && acknowledged < 1000)
        {
            try
            {
                await host.Events.AppendAsync(stream, [new("payload", payload)], Events, default);
                acknowledged++;
            }
            catch (RedisUnavailableException exception)
            {
                refused = exception;
            }
        }

        Assert.Equal(RedisUnavailableReason.OutOfMemory, refused?.Reason);
        Assert.False(refused!.OutcomeUnknown);
        Assert.True(refused.RetryAfter >= TimeSpan.FromSeconds(1));

        // So far over the limit that the smallest write is too much.
        var used = (await server.CommandAsync("INFO", "memory")).Split("used_memory:")[1].Split('\r')[0];
        await server.CommandAsync("CONFIG", "SET", "maxmemory", $"{long.Parse(used, CultureInfo.InvariantCulture) - 1_000_000}");
        for (var i = 0; i < 10; i++)
        {
            var created = host.Keys.Key(TestKeys.Item, $"new-{i}");
            var again = await Assert.ThrowsAsync<RedisUnavailableException>(() => host.Store.EvaluateAsync(Increment, [created], [1, 60_000], default));
            Assert.Equal(RedisUnavailableReason.OutOfMemory, again.Reason);
            Assert.False(await host.Store.ExecuteAsync("test.exists", database => database.KeyExistsAsync(created), default));
        }

        // Nothing half-written, nothing acknowledged lost, and what was written before still has its expiry.
        Assert.Equal(acknowledged, await host.Store.ExecuteAsync("test.length", database => database.StreamLengthAsync(stream), default));
        Assert.NotNull(await host.Store.ExecuteAsync("test.ttl", database => database.KeyTimeToLiveAsync(stream), default));
        Assert.True(await host.Store.ExecuteAsync("test.exists", database => database.KeyExistsAsync(revoked), default));
        Assert.Equal("x", await host.Store.ExecuteAsync("test.get", database => database.StringGetAsync(revoked), default));
        Assert.Equal(RedisBreakerState.Closed, host.Store.State);

        // A queue drains: taking away needs no memory, and makes room.
        var entries = await host.Store.ExecuteAsync("test.range", database => database.StreamRangeAsync(stream, count: 100), default);
        await host.Store.ExecuteAsync("test.drain", database => database.StreamDeleteAsync(stream, [.. entries.Select(entry => entry.Id)]), default);
        await Eventually.TrueAsync(
            async () => (int)await host.Store.EvaluateAsync(Increment, [host.Keys.Key(TestKeys.Item, "after")], [1, 60_000], default) >= 1,
            TimeSpan.FromSeconds(5), "writes are taken again");
    }

    [Fact]
    public async Task DiskFails_WritesAreRefusedReadsGoOnAndItPasses()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions
        {
            AppendOnly = false,
            ExtraConfiguration = ["save 3600 1000000", "stop-writes-on-bgsave-error yes", "rdbcompression no"],
        });
        await using var host = await StartAsync(server);
        var key = host.Keys.Key(TestKeys.Item, "a");
        await SetAsync(host, key);

        // A directory where the snapshot should be: it cannot be put in place, as on a full disk.
        var snapshot = Path.Combine(server.DataDirectory, "dump.rdb");
        File.Delete(snapshot);
        Directory.CreateDirectory(Path.Combine(snapshot, "full"));
        await server.CommandAsync("BGSAVE");
        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => SetAsync(host, key)) is RedisUnavailableException { Reason: RedisUnavailableReason.PersistenceFailing },
            TimeSpan.FromSeconds(10), "writes are refused");
        for (var i = 0; i < 10; i++)
        {
            var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => host.Store.EvaluateAsync(Increment, [key], [1, 60_000], default));
            Assert.Equal(RedisUnavailableReason.PersistenceFailing, refused.Reason);
            Assert.Equal("x", await host.Store.ExecuteAsync("test.get", database => database.StringGetAsync(key), default));
        }

        Assert.Equal(RedisBreakerState.Closed, host.Store.State);
        Directory.Delete(snapshot, recursive: true);
        await server.CommandAsync("BGSAVE");
        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => SetAsync(host, key)) is null, TimeSpan.FromSeconds(10), "writes are taken again");
        AssertQuiet(host, server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BecameAReplica_WritesAreRefusedAndTakenWhenItIsAPrimaryAgain(bool reconnecting)
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await StartAsync(server);
        var key = host.Keys.Key(TestKeys.Item, "a");
        await SetAsync(host, key);
        await server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        if (reconnecting)
        {
            await server.CommandAsync("CLIENT", "KILL", "TYPE", "normal");
        }

        for (var i = 0; i < 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => SetAsync(host, key));
            Assert.True(refused.Reason == RedisUnavailableReason.ReadOnly || reconnecting);
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 600);
        }

        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => SetAsync(host, key)) is RedisUnavailableException { Reason: RedisUnavailableReason.ReadOnly },
            TimeSpan.FromSeconds(5), "the reason is told");
        await Eventually.TrueAsync(
            async () => await host.Store.ExecuteAsync("test.get", database => database.StringGetAsync(key), default) == "x",
            TimeSpan.FromSeconds(2), "reads go on");

        await server.CommandAsync("REPLICAOF", "NO", "ONE");
        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => SetAsync(host, key)) is null, TimeSpan.FromSeconds(8), "writes are taken again");
        AssertQuiet(host, server);
    }

    [Fact]
    public async Task Loading_ForSeconds_EveryCallEndsAndIsServedAfterwards()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions
        {
            ExtraConfiguration = ["key-load-delay 1000", "loading-process-events-interval-bytes 1024"],
        });
        await using var host = await StartAsync(server);
        await host.Store.ExecuteAsync(
            "test.fill",
            database => Task.WhenAll(Enumerable.Range(0, 2000).Select(i =>
                database.StringSetAsync(host.Keys.Key(TestKeys.Item, $"{i}"), new string('x', 200), TimeSpan.FromHours(1)))),
            default);
        await server.CommandAsync("CONFIG", "SET", "appendfsync", "always");
        await server.CommandAsync("SET", "t:item:v1:{synced}", "x", "EX", "60");

        var restarting = server.RestartAsync();
        var refusals = 0;
        while (!restarting.IsCompleted)
        {
            var start = Stopwatch.GetTimestamp();
            var failure = await Record.ExceptionAsync(() => host.PingAsync());
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 600);
            Assert.True(failure is null or RedisUnavailableException, failure?.ToString());
            refusals += failure is null ? 0 : 1;
            await Task.Delay(20);
        }

        await restarting;
        Assert.True(refusals > 0);
        await Eventually.TrueAsync(async () => await host.PingAsync() >= TimeSpan.Zero, TimeSpan.FromSeconds(2), "Redis is used again");
        await Eventually.TrueAsync(
            () => Task.FromResult(host.Logs.Lines.Select(line => line.Id).Where(id => id is 2000 or 2001).SequenceEqual([2000, 2001])),
            TimeSpan.FromSeconds(1), "one line says that it went, one that it is back");
    }

    private static async Task<TestHost> StartAsync(RedisServer server)
    {
        var host = await TestHost.StartAsync(server.ConnectionString);
        await Eventually.TrueAsync(async () => await host.PingAsync() >= TimeSpan.Zero, TimeSpan.FromSeconds(5), "Redis answers");
        return host;
    }

    private static Task<bool> SetAsync(TestHost host, RedisKey key) =>
        host.Store.ExecuteAsync("test.set", key, static (database, key) => database.StringSetAsync(key, "x", TimeSpan.FromHours(1)), default);

    private static void AssertQuiet(TestHost host, RedisServer server)
    {
        Assert.InRange(host.Logs.Lines.Count(line => line.Level >= LogLevel.Warning && line.Id is >= 2000 and < 2100), 0, 2);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Text.Contains(server.Password!, StringComparison.Ordinal));
    }
}
