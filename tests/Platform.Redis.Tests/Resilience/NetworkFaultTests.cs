using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Platform.Redis.Scripting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Resilience;

/// <summary>The network misbehaves: every operation still ends in time, nothing acknowledged is lost, and connections do not pile up.</summary>
public sealed class NetworkFaultTests : IAsyncLifetime
{
    private static readonly RedisScript Increment = RedisScript.FromResource(typeof(NetworkFaultTests).Assembly, "Increment.lua");

    private readonly ConcurrentBag<(TimeSpan Elapsed, Exception? Failure)> _ends = [];
    private RedisServer _server = null!;
    private TcpProxy _network = null!;
    private TestHost _host = null!;
    private int _steady;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _network = TcpProxy.Start(_server.Port);
        _host = await TestHost.StartAsync($"127.0.0.1:{_network.Port},password={_server.Password}");
        await ServedAsync(TimeSpan.FromSeconds(5));
        _steady = _network.Connections;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _network.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Swallowed_ForSeconds_EveryCallEndsAndIsServedAgain()
    {
        var load = LoadAsync(TimeSpan.FromSeconds(5), Task.Run(async () =>
        {
            _network.Swallow();
            await Task.Delay(TimeSpan.FromSeconds(4));
            _network.Deliver();
        }));
        await load;
        await ServedAsync(TimeSpan.FromSeconds(2));
        AssertBounded();
    }

    [Fact]
    public async Task Reset_AgainAndAgain_NothingAcknowledgedIsLost()
    {
        var acknowledged = await LoadAsync(TimeSpan.FromSeconds(4), Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(350));
                _network.Reset();
            }
        }));
        await ServedAsync(TimeSpan.FromSeconds(2));
        AssertBounded();
        await AssertStoredAsync(acknowledged);
    }

    [Fact]
    public async Task Slow_ButWithinTheTimeout_IsServed()
    {
        _network.Latency = TimeSpan.FromMilliseconds(200);
        for (var i = 0; i < 5; i++)
        {
            Assert.InRange((await _host.PingAsync()).TotalMilliseconds, 190, 500);
        }

        Assert.Equal(RedisBreakerState.Closed, _host.Store.State);
    }

    [Fact]
    public async Task Reply_CutInTheMiddle_HasAnUnknownOutcomeAndNobodyGetsTheRestOfIt()
    {
        var counter = _host.Keys.Key(TestKeys.Item, "count");
        var done = (int)await _host.Store.EvaluateAsync(Increment, [counter], [1_000_000, 60_000], default);
        for (var i = 1; i <= 3; i++)
        {
            _network.CutNextReply(":1000", after: 3);
            var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() =>
                _host.Store.EvaluateAsync(Increment, [counter], [1, 60_000], default));
            Assert.True(refused.OutcomeUnknown);
            done++;
            await ServedAsync(TimeSpan.FromSeconds(3));
            Assert.Equal(++done, (int)await _host.Store.EvaluateAsync(Increment, [counter], [1, 60_000], default));
            var echoed = await Task.WhenAll(Enumerable.Range(0, 20).Select(value => _host.Store.ExecuteAsync(
                "test.echo", value, static (database, value) => database.ExecuteAsync("ECHO", value), default)));
            Assert.Equal(Enumerable.Range(0, 20), echoed.Select(reply => (int)reply));
        }
    }

    [Fact]
    public async Task HalfOpen_ServerGoneWithoutAWord_EveryCallEndsAndIsServedAgain()
    {
        _network.LeaveHalfOpen();
        var acknowledged = await LoadAsync(TimeSpan.FromSeconds(6), Task.CompletedTask);
        await ServedAsync(TimeSpan.FromSeconds(2));
        AssertBounded();
        await AssertStoredAsync(acknowledged);
        Assert.NotEmpty(acknowledged);
    }

    private async Task ServedAsync(TimeSpan within) => await Eventually.TrueAsync(
        async () => await _host.PingAsync() >= TimeSpan.Zero && _host.Store.State == RedisBreakerState.Closed, within, "Redis is used");

    // Writes as several callers do, each under a key of its own.
    private async Task<IReadOnlyCollection<string>> LoadAsync(TimeSpan duration, Task fault)
    {
        var acknowledged = new ConcurrentBag<string>();
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async caller =>
        {
            for (var i = 0; Stopwatch.GetTimestamp() < end; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{caller}-{i}");
                var start = Stopwatch.GetTimestamp();
                var failure = await Record.ExceptionAsync(() => _host.Store.ExecuteAsync(
                    "test.set", _host.Keys.Key(TestKeys.Item, name),
                    static (database, key) => database.StringSetAsync(key, "x", TimeSpan.FromMinutes(5)), default));
                _ends.Add((Stopwatch.GetElapsedTime(start), failure));
                if (failure is null)
                {
                    acknowledged.Add(name);
                }

                await Task.Delay(10);
            }
        }));
        await fault;
        return acknowledged;
    }

    private void AssertBounded()
    {
        Assert.All(_ends, end =>
        {
            Assert.InRange(end.Elapsed.TotalMilliseconds, 0, 600);
            Assert.True(end.Failure is null or RedisUnavailableException, end.Failure?.ToString());
        });
        Assert.InRange(_network.MostConnections, 0, 2 * _steady);
    }

    private async Task AssertStoredAsync(IReadOnlyCollection<string> acknowledged)
    {
        await using var direct = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        var stored = await Task.WhenAll(acknowledged.Select(name => direct.GetDatabase().KeyExistsAsync(_host.Keys.Key(TestKeys.Item, name))));
        Assert.DoesNotContain(false, stored);
    }
}
