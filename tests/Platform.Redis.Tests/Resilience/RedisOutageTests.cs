using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Resilience;

public sealed class RedisOutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(2);

    private RedisServer _server = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _host = await TestHost.StartAsync(_server.ConnectionString);
        await Eventually.TrueAsync(async () => await _host.PingAsync() > TimeSpan.Zero, TimeSpan.FromSeconds(5), "Redis answers");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Execute_ServerKilledAndRestarted_IsRefusedAtOnceAndServedAgain()
    {
        await _server.KillAsync();
        await OpenAsync();
        await AssertRefusedAtOnceAsync();

        await _server.RestartAsync();
        await AssertServedAsync();
        AssertOneLineEach();
    }

    [Fact]
    public async Task Execute_ServerHangs_EveryCallEndsInTimeAndIsServedAgain()
    {
        _server.Pause();
        var calls = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TimeAsync()));
        Assert.All(calls, call => Assert.InRange(call.Elapsed.TotalMilliseconds, 0, 600));
        Assert.Contains(calls, call => call.Refused is { Reason: RedisUnavailableReason.TimedOut, OutcomeUnknown: true });
        await OpenAsync();
        await AssertRefusedAtOnceAsync();

        _server.Resume();
        await AssertServedAsync();
        AssertOneLineEach();
    }

    [Fact]
    public async Task Execute_ServerHangs_OnlyTheFirstOfSeveralOperationsWaits()
    {
        _server.Pause();
        var start = Stopwatch.GetTimestamp();

        Assert.Equal(RedisUnavailableReason.TimedOut, (await _host.RefusedAsync()).Reason);
        Assert.Equal(RedisUnavailableReason.BreakerOpen, (await _host.RefusedAsync()).Reason);

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 600);
        _server.Resume();
        await AssertServedAsync();
    }

    [Fact]
    public async Task Execute_ServerHangsForLong_NoCallWaitsAndIsServedAgain()
    {
        _server.Pause();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(7))
        {
            // Long enough for the client to give the connection up and to try another.
            Assert.InRange((await TimeAsync()).Elapsed.TotalMilliseconds, 0, 600);
            await Task.Yield();
        }

        _server.Resume();
        await AssertServedAsync();
        AssertOneLineEach();
    }

    [Fact]
    public async Task Execute_ServerBackWithAnotherPassword_SaysSoOnceAndNeverShowsIt()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
        await admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "requirepass", "another");
        await admin.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await OpenAsync();
        await admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "requirepass", _server.Password!);

        await AssertServedAsync(TimeSpan.FromSeconds(10));
        AssertOneLineEach();
    }

    [Fact]
    public async Task Execute_WriteRefusedForMemory_ReadsGoOn()
    {
        var key = _host.Keys.Key(TestKeys.Item, "a");
        await _host.Store.ExecuteAsync("test.set", database => database.StringSetAsync(key, "x", TimeSpan.FromHours(1)), default);
        await _host.Store.ExecuteAsync("test.config", database => database.ExecuteAsync("CONFIG", "SET", "maxmemory", "100kb"), default);

        var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => _host.Store.ExecuteAsync(
            "test.set", database => database.StringSetAsync(key, "y", TimeSpan.FromHours(1)), default));
        Assert.Equal(RedisUnavailableReason.OutOfMemory, refused.Reason);
        Assert.Equal("x", await _host.Store.ExecuteAsync("test.get", database => database.StringGetAsync(key), default));
    }

    [Fact]
    public async Task Dispose_WhileOpen_EndsTheProbe()
    {
        await _server.KillAsync();
        await OpenAsync();
        var start = Stopwatch.GetTimestamp();
        await _host.DisposeAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 2);
        await _server.RestartAsync();
        _host = await TestHost.StartAsync(_server.ConnectionString);
    }

    private Task OpenAsync() => Eventually.TrueAsync(
        async () => await TimeAsync() is var _ && _host.Store.State != RedisBreakerState.Closed, TimeSpan.FromSeconds(5), "the breaker opens");

    private async Task AssertRefusedAtOnceAsync()
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(RedisUnavailableReason.BreakerOpen, (await _host.RefusedAsync()).Reason);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds / 100, 0, 5);
    }

    private async Task AssertServedAsync(TimeSpan? within = null)
    {
        await Eventually.TrueAsync(async () => await _host.PingAsync() >= TimeSpan.Zero, within ?? Recovery, "Redis is used again");
        Assert.Equal(RedisBreakerState.Closed, _host.Store.State);
    }

    private void AssertOneLineEach()
    {
        var told = _host.Logs.Lines.Where(line => line.Level >= LogLevel.Information && line.Id is 2000 or 2001 || IsClient(line)).ToList();
        Assert.Equal([2000, 2001], told.Select(line => line.Id));
        Assert.DoesNotContain(_host.Logs.Lines, line => line.Text.Contains(_server.Password!, StringComparison.Ordinal));
    }

    private static bool IsClient(LogLine line) => line.Category.StartsWith("StackExchange.Redis", StringComparison.Ordinal);

    private async Task<(TimeSpan Elapsed, RedisUnavailableException? Refused)> TimeAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var failure = await Record.ExceptionAsync(() => _host.PingAsync());
        return (Stopwatch.GetElapsedTime(start), failure is null ? null : Assert.IsType<RedisUnavailableException>(failure));
    }
}
