using System.Diagnostics;
using Platform.Redis.Events;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Events;

public sealed class EventStreamsTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly EventStreamOptions Bounds = new(10_000, TimeSpan.FromMinutes(10));
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly string _prefix = RedisFixture.NewPrefix();
    private TestHost _host = null!;
    private RedisKey _stream;

    public async ValueTask InitializeAsync()
    {
        _host = await StartHostAsync(redis.ConnectionString);
        _stream = _host.Keys.Key(TestKeys.Log, "s");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _host.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task Append_Entry_BoundsTheStreamAndItsLife()
    {
        for (var i = 0; i < 500; i++)
        {
            await AppendAsync(i, new EventStreamOptions(100, TimeSpan.FromMinutes(10)));
        }

        var redis = _host.Multiplexer.GetDatabase();
        Assert.InRange(await redis.StreamLengthAsync(_stream), 100, 200);
        Assert.InRange((await redis.KeyTimeToLiveAsync(_stream))!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Read_FromTheBeginning_ReplaysInOrderOverPagesThenFollows()
    {
        for (var i = 0; i < 250; i++)
        {
            await AppendAsync(i);
        }

        var reader = Read("0-0");
        await reader.HoldsAsync(250);
        await AppendAsync(250);
        await reader.HoldsAsync(251);
        Assert.Equal(Enumerable.Range(0, 251), reader.Numbers);
    }

    [Fact]
    public async Task Read_AfterAnId_ResumesThere()
    {
        await AppendAsync(0);
        var last = await AppendAsync(1);
        await AppendAsync(2);

        var reader = Read(last);
        await reader.HoldsAsync(1);
        Assert.Equal([2], reader.Numbers);
        Assert.All(reader.Entries, entry => Assert.Equal(EventKind.Entry, entry.Kind));
    }

    [Fact]
    public async Task Read_WithoutAnId_BeginsNow()
    {
        await AppendAsync(0);
        var reader = Read(null);
        var next = 1;
        await Eventually.TrueAsync(async () =>
        {
            await AppendAsync(next++);
            return !reader.Entries.IsEmpty;
        }, Soon, "new entries are read");
        Assert.DoesNotContain(0, reader.Numbers);
    }

    [Fact]
    public async Task Read_Live_IsWokenNotPolled()
    {
        var reader = Read("0-0");
        await AppendAsync(0);
        await reader.HoldsAsync(1);
        var delays = new List<double>();
        for (var i = 1; i <= 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await AppendAsync(i);
            await reader.HoldsAsync(i + 1);
            delays.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Assert.InRange(delays.Order().ElementAt(10), 0, 200);
    }

    [Fact]
    public async Task Read_WakeUpLost_SeesTheEntryWithinASecond()
    {
        var reader = Read("0-0");
        await AppendAsync(0);
        await reader.HoldsAsync(1);

        var start = Stopwatch.GetTimestamp();
        await _host.Multiplexer.GetDatabase().StreamAddAsync(_stream, "n", 1);
        await reader.HoldsAsync(2);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1.5);
    }

    [Fact]
    public async Task Read_TwoProcessesManyReaders_EveryReaderSeesAllOnOneSubscriptionEach()
    {
        await using var other = await StartHostAsync(redis.ConnectionString);
        var readers = Enumerable.Range(0, 50).Select(i => new Reader((i % 2 == 0 ? _host : other).Events.ReadAsync(_stream, "0-0", _end.Token))).ToList();
        await Eventually.TrueAsync(async () => await SubscribersAsync() == 2, Soon, "both processes subscribe");

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? AppendAsync(i) : AppendAsync(i, host: other)));
        foreach (var reader in readers)
        {
            await reader.HoldsAsync(200);
            Assert.Equal(Enumerable.Range(0, 200), reader.Numbers.Order());
        }

        Assert.Equal(2, await SubscribersAsync());
    }

    [Fact]
    public async Task Read_EntriesTrimmedBeforeTheyWereRead_SaysGapAndGoesOn()
    {
        var first = await AppendAsync(0);
        for (var i = 1; i < 10; i++)
        {
            await AppendAsync(i);
        }

        await _host.Multiplexer.GetDatabase().StreamTrimAsync(_stream, 3);
        var reader = Read(first);
        await reader.HoldsAsync(4);

        var entries = reader.Entries.ToArray();
        Assert.Equal(EventKind.Gap, entries[0].Kind);
        Assert.Equal(first, entries[0].Id);
        Assert.Equal(
            [new("from", first), new("to", entries[1].Id), new("reason", "trimmed"), new("epoch", EpochOf(first))], entries[0].Fields);
        Assert.Equal([7, 8, 9], reader.Numbers);
    }

    [Fact]
    public async Task Read_EntryReadLastDeletedByItself_IsNoGap()
    {
        await AppendAsync(0);
        var last = await AppendAsync(1);
        await _host.Multiplexer.GetDatabase().StreamDeleteAsync(_stream, [last[(last.IndexOf('-', StringComparison.Ordinal) + 1)..]]);
        var reader = Read(last);
        await AppendAsync(2);
        await reader.HoldsAsync(1);
        Assert.Equal([2], reader.Numbers);
    }

    [Fact]
    public async Task Read_ServerFlushed_IsToldOfTheEndAndGoesOnInANewEpoch()
    {
        await using var server = await UseOwnServerAsync();
        var reader = Read("0-0");
        var last = await AppendAsync(0);
        await reader.HoldsAsync(1);

        await _host.Multiplexer.GetDatabase().ExecuteAsync("FLUSHALL");
        await reader.HoldsAsync(2);
        var next = await AppendAsync(1);
        await reader.HoldsAsync(3);

        var end = Assert.Single(reader.Entries, entry => entry.Kind != EventKind.Entry);
        Assert.Equal(EventKind.Epoch, end.Kind);
        Assert.Equal("0-0", end.Id);
        Assert.Equal([new("from", last), new("to", ""), new("reason", "restarted"), new("epoch", "")], end.Fields);
        Assert.Equal([0, 1], reader.Numbers);
        Assert.Equal(next, reader.Entries.Last().Id);
        Assert.NotEqual(EpochOf(last), EpochOf(next));
    }

    [Theory]
    [InlineData("9999999999999-0")]
    [InlineData("not-an-id")]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("99999999999999999999999-1")]
    [InlineData("18446744073709551615-18446744073709551615")]
    [InlineData(" 5-+1")]
    public async Task Read_IdThatTheStreamNeverGave_IsAGapThenEverythingKept(string id)
    {
        await AppendAsync(0);
        var reader = Read(id);
        await reader.HoldsAsync(2);
        Assert.Equal([EventKind.Gap, EventKind.Entry], reader.Entries.Select(entry => entry.Kind));
    }

    [Fact]
    public async Task Read_RedisGoesAndComesBack_LosesNothing()
    {
        await using var server = await UseOwnServerAsync();
        var reader = Read("0-0");
        await AppendAsync(0);
        await reader.HoldsAsync(1);

        // What was acknowledged within the last second may not be on disk yet; this is about the reader, not about that.
        await _host.Multiplexer.GetDatabase().ExecuteAsync("CONFIG", "SET", "appendfsync", "always");
        await AppendAsync(1);
        await server.KillAsync();
        await Assert.ThrowsAsync<RedisUnavailableException>(() => AppendAsync(99));
        await server.RestartAsync();
        await Eventually.TrueAsync(async () => await AppendAsync(2) is { Length: > 0 }, Soon, "entries can be appended again");

        await reader.HoldsAsync(3);
        Assert.Equal([0, 1, 2], reader.Numbers);
        Assert.DoesNotContain(reader.Entries, entry => entry.Kind == EventKind.Gap);
    }

    [Fact]
    public async Task Read_RedisHangs_WaitsAndResumes()
    {
        await using var server = await UseOwnServerAsync();
        var reader = Read("0-0");
        await AppendAsync(0);
        await reader.HoldsAsync(1);

        server.Pause();
        await Assert.ThrowsAsync<RedisUnavailableException>(() => AppendAsync(99));
        server.Resume();
        await Eventually.TrueAsync(async () => await AppendAsync(1) is { Length: > 0 }, Soon, "entries can be appended again");

        // The append that was given up may have been carried out: the server had it already.
        await Eventually.TrueAsync(() => reader.Numbers.Contains(1), Soon, "the reader goes on");
        Assert.Equal([0, 1], reader.Numbers.Where(number => number != 99));
        Assert.All(reader.Entries, entry => Assert.Equal(EventKind.Entry, entry.Kind));
    }

    [Fact]
    public async Task Read_RedisFull_GoesOnAndOnlyTheEpochWaits()
    {
        await using var server = await UseOwnServerAsync();
        var redis = _host.Multiplexer.GetDatabase();
        await redis.StreamAddAsync(_stream, "n", 0);
        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        var reader = Read("0-0");
        await reader.HoldsAsync(1);
        Assert.Equal("", EpochOf(reader.Entries.First().Id));
        await Assert.ThrowsAsync<RedisUnavailableException>(() => AppendAsync(1));

        await redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        var id = await AppendAsync(1);
        await reader.HoldsAsync(2);
        Assert.Equal(id, reader.Entries.Last().Id);
        Assert.NotEqual("", EpochOf(id));
    }

    [Fact]
    public async Task Read_AfterAnOutage_IsWokenAgain()
    {
        await using var server = await UseOwnServerAsync();
        var reader = Read("0-0");
        await AppendAsync(0);
        await reader.HoldsAsync(1);
        await server.RestartAsync();
        await Eventually.TrueAsync(async () => await SubscribersAsync() == 1, TimeSpan.FromSeconds(10), "the subscription is renewed");
        Assert.False(reader.Ended);
    }

    [Fact]
    public async Task Read_Cancelled_EndsAndStopsListening()
    {
        using var leave = new CancellationTokenSource();
        var reader = new Reader(_host.Events.ReadAsync(_stream, "0-0", leave.Token));
        await AppendAsync(0);
        await reader.HoldsAsync(1);
        await leave.CancelAsync();
        await Eventually.TrueAsync(() => reader.Ended, Soon, "the reader ends");
    }

    [Fact]
    public async Task OnWake_Disposed_IsNotCalledAnyMore()
    {
        var calls = 0;
        var others = 0;
        var listening = _host.Events.OnWake(_stream, () => Interlocked.Increment(ref calls));
        using var other = _host.Events.OnWake(_stream, () => Interlocked.Increment(ref others));
        await Eventually.TrueAsync(async () => await AppendAsync(0) is not null && calls > 0 && others > 0, Soon, "both are woken");

        listening.Dispose();
        listening.Dispose();
        var (callsBefore, othersBefore) = (Volatile.Read(ref calls), Volatile.Read(ref others));
        await Eventually.TrueAsync(async () => await AppendAsync(0) is not null && others > othersBefore + 3, Soon, "the other is woken");
        Assert.InRange(calls, callsBefore, callsBefore + 1);
    }

    [Fact]
    public async Task OnWake_CallbackFails_OthersAreWokenAndItIsTold()
    {
        using var failing = _host.Events.OnWake(_stream, () => throw new InvalidOperationException("mine"));
        var woken = new TaskCompletionSource();
        using var listening = _host.Events.OnWake(_stream, () => woken.TrySetResult());
        await Eventually.TrueAsync(async () => await AppendAsync(0) is not null && woken.Task.IsCompleted, Soon, "the other is woken");
        Assert.Contains(_host.Logs.Lines, line => line.Id == 2100);
    }

    [Fact]
    public void Options_WithoutBounds_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamOptions(0, TimeSpan.FromDays(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamOptions(1, TimeSpan.Zero));
    }

    private async Task<RedisServer> UseOwnServerAsync()
    {
        var server = await RedisServer.StartAsync();
        await _host.DisposeAsync();
        _host = await StartHostAsync(server.ConnectionString);
        return server;
    }

    private async Task<TestHost> StartHostAsync(string connectionString)
    {
        var host = await TestHost.StartAsync(connectionString, options => options.KeyPrefix = _prefix);
        await Eventually.TrueAsync(async () => await host.PingAsync() > TimeSpan.Zero, Soon, "Redis answers");
        return host;
    }

    private static string EpochOf(string id)
    {
        Assert.True(EventPosition.TryParse(id, out var parsed));
        return parsed.Epoch;
    }

    private Reader Read(string? afterId) => new(_host.Events.ReadAsync(_stream, afterId, _end.Token));

    private Task<string> AppendAsync(int number, EventStreamOptions? options = null, TestHost? host = null) =>
        (host ?? _host).Events.AppendAsync(_stream, [new("n", number)], options ?? Bounds, CancellationToken.None);

    private async Task<long> SubscribersAsync()
    {
        var counts = await Task.WhenAll(_host.Multiplexer.GetServers().Select(server => server.SubscriptionSubscriberCountAsync(
            RedisChannel.Literal(_host.Events.WakeChannel))));
        return counts.Sum();
    }
}
