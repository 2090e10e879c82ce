using System.Diagnostics;
using Platform.Redis.Events;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Events;

/// <summary>What readers are told where a stream is not the one that they read before.</summary>
public sealed class EventEpochTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly EventStreamOptions Bounds = new(10_000, TimeSpan.FromMinutes(10));

    private readonly CancellationTokenSource _end = new();
    private TestHost _host = null!;
    private RedisKey _stream;

    public async ValueTask InitializeAsync()
    {
        var prefix = RedisFixture.NewPrefix();
        _host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        _stream = _host.Keys.Key(TestKeys.Log, "s");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _host.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task Read_IdOfAnOlderEpochThatTheNewStreamHasToo_IsAnEpochNotAnEntry()
    {
        await redis.GetDatabase().StreamAddAsync(_stream, "n", 1, "5-1");
        var old = await _host.Events.NewestIdAsync(_stream, CancellationToken.None);
        await redis.GetDatabase().KeyDeleteAsync(_stream);
        await redis.GetDatabase().StreamAddAsync(_stream, "n", 2, "5-1");
        await redis.GetDatabase().StreamAddAsync(_stream, "n", 3, "5-2");
        await redis.GetDatabase().KeyExpireAsync(_stream, TimeSpan.FromMinutes(10));

        var reader = new Reader(_host.Events.ReadAsync(_stream, old, _end.Token));
        await reader.HoldsAsync(3);
        var begin = reader.Entries.First();
        Assert.Equal(EventKind.Epoch, begin.Kind);
        Assert.Equal([2, 3], reader.Numbers);
        Assert.EndsWith("-0-0", begin.Id, StringComparison.Ordinal);
        Assert.Equal("restarted", Field(begin, "reason"));
        Assert.Equal(old, Field(begin, "from"));
        Assert.Equal(reader.Entries.ElementAt(1).Id, Field(begin, "to"));

        // Resumed from there, nothing is told twice.
        var again = new Reader(_host.Events.ReadAsync(_stream, begin.Id, _end.Token));
        await again.HoldsAsync(2);
        Assert.Equal([2, 3], again.Numbers);
    }

    [Fact]
    public async Task Read_StreamStartedAnew_EveryLiveReaderIsToldWithinTwoSeconds()
    {
        var last = await AppendAsync(0);
        var readers = Enumerable.Range(0, 20).Select(i => new Reader(_host.Events.ReadAsync(_stream, i % 2 == 0 ? "0-0" : last, _end.Token))).ToList();
        await Task.WhenAll(readers.Where((_, i) => i % 2 == 0).Select(reader => reader.HoldsAsync(1)));

        var restarted = Stopwatch.StartNew();
        await redis.GetDatabase().KeyDeleteAsync(_stream);
        await AppendAsync(1);
        await Eventually.TrueAsync(
            () => readers.TrueForAll(reader => reader.Entries.Any(entry => entry.Kind == EventKind.Epoch) && reader.Numbers.Contains(1)),
            TimeSpan.FromSeconds(5), "all readers are told");
        Assert.InRange(restarted.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.All(readers, reader => Assert.Single(reader.Entries, entry => entry.Kind != EventKind.Entry));
    }

    [Fact]
    public async Task Read_IdWithoutEpoch_IsReadOnWhereItIsKnown()
    {
        var first = await AppendAsync(0);
        await AppendAsync(1);
        var reader = new Reader(_host.Events.ReadAsync(_stream, first[(first.IndexOf('-', StringComparison.Ordinal) + 1)..], _end.Token));
        await reader.HoldsAsync(1);
        Assert.Equal([1], reader.Numbers);
    }

    [Fact]
    public async Task Read_NeverGivenIdOfThisEpoch_IsAGap()
    {
        var first = await AppendAsync(0);
        Assert.True(EventPosition.TryParse(first, out var id));
        var reader = new Reader(_host.Events.ReadAsync(_stream, (id with { Time = id.Time + 1_000_000 }).ToString(), _end.Token));
        await reader.HoldsAsync(2);
        Assert.Equal([EventKind.Gap, EventKind.Entry], reader.Entries.Select(entry => entry.Kind));
        Assert.Equal("unknown", Field(reader.Entries.First(), "reason"));
    }

    [Fact]
    public async Task Read_ConsumerSlow_HoldsAPageAndIsToldWhatItMissed()
    {
        var few = new EventStreamOptions(200, TimeSpan.FromMinutes(10));
        var first = await AppendAsync(0, few);
        var (taken, kinds) = (0, new List<EventKind>());
        await using var slow = _host.Events.ReadAsync(_stream, first, _end.Token).GetAsyncEnumerator(_end.Token);
        await AppendAsync(1, few);
        Assert.True(await slow.MoveNextAsync());

        foreach (var chunk in Enumerable.Range(2, 2_000).Chunk(200))
        {
            await Task.WhenAll(chunk.Select(i => AppendAsync(i, few)));
        }

        var last = await AppendAsync(9_999, few);
        while (slow.Current.Id != last && await slow.MoveNextAsync())
        {
            taken++;
            kinds.Add(slow.Current.Kind);
        }

        Assert.Equal(1, kinds.Count(kind => kind == EventKind.Gap));
        Assert.InRange(taken, 2, 500);
    }

    [Fact]
    public async Task NewestId_ReadBeforeTheState_JoinsWithoutAHole()
    {
        Assert.Equal("0-0", await _host.Events.NewestIdAsync(_stream, CancellationToken.None));
        var first = await AppendAsync(0);
        Assert.Equal(first, await _host.Events.NewestIdAsync(_stream, CancellationToken.None));
        await AppendAsync(1);
        var reader = new Reader(_host.Events.ReadAsync(_stream, first, _end.Token));
        await reader.HoldsAsync(1);
        Assert.Equal([1], reader.Numbers);
    }

    private static string Field(EventEntry entry, string name) => entry.Fields.Single(field => field.Name == name).Value.ToString();

    private Task<string> AppendAsync(int number, EventStreamOptions? options = null) =>
        _host.Events.AppendAsync(_stream, [new("n", number)], options ?? Bounds, CancellationToken.None);
}
