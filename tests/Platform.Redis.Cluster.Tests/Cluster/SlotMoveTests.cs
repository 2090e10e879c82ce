using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Cluster;

public sealed class SlotMoveTests
{
    private static readonly RedisScript Increment = RedisScript.FromResource(typeof(SlotMoveTests).Assembly, "Increment.lua");

    [Fact]
    public async Task Evaluate_SlotMovesUnderLoad_EveryCallIsCarriedOutOnce()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var host = await TestHost.StartAsync(cluster.ConnectionString);
        var (one, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        var tag = cluster.TagOn(one);
        RedisKey[] counters = [.. Enumerable.Range(0, 200).Select(i => host.Keys.Key(TestKeys.Item, tag, $"n{i}"))];
        using var end = new CancellationTokenSource();
        var done = new int[counters.Length];
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = worker; !end.IsCancellationRequested; i = (i + 7) % counters.Length)
            {
                await host.Store.EvaluateAsync(Increment, [counters[i]], [1, 600_000], CancellationToken.None);
                Interlocked.Increment(ref done[i]);
            }
        })).ToList();

        for (var round = 0; round < 3; round++)
        {
            foreach (var (from, to) in ((RedisServer, RedisServer)[])[(one, other), (other, one)])
            {
                await cluster.BeginMoveAsync(RedisSlot.Of(tag), from, to);
                await WorkGoesOnAsync(done);
                await cluster.FinishMoveAsync(RedisSlot.Of(tag), from, to);
                await WorkGoesOnAsync(done);
            }
        }

        await end.CancelAsync();
        await Task.WhenAll(workers);
        var database = host.Multiplexer.GetDatabase();
        var counted = await Task.WhenAll(counters.Select(counter => database.StringGetAsync(counter)));
        Assert.Equal(done, counted.Select(count => count.IsNull ? 0 : (int)count));
    }

    [Fact]
    public async Task Read_SlotOfTheStreamMoves_EveryEntryIsReadOnceInOrder()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var host = await TestHost.StartAsync(cluster.ConnectionString);
        var (from, to) = (cluster.Nodes[0], cluster.Nodes[2]);
        var tag = cluster.TagOn(from);
        var stream = host.Keys.Key(TestKeys.Log, tag);
        var bounds = new EventStreamOptions(100_000, TimeSpan.FromMinutes(10));
        using var end = new CancellationTokenSource();
        var appended = new List<string>();
        var appending = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                appended.Add(await host.Events.AppendAsync(stream, [new("n", 1)], bounds, CancellationToken.None));
            }
        });
        await Eventually.TrueAsync(() => appended.Count > 50, TimeSpan.FromSeconds(5), "entries are appended");
        await cluster.BeginMoveAsync(RedisSlot.Of(tag), from, to);
        await cluster.FinishMoveAsync(RedisSlot.Of(tag), from, to);
        var then = appended.Count;
        await Eventually.TrueAsync(() => appended.Count > then + 50, TimeSpan.FromSeconds(5), "entries are appended where it is now");
        await end.CancelAsync();
        await appending;

        var read = new List<string>();
        await foreach (var entry in host.Events.ReadAsync(stream, "0-0", CancellationToken.None))
        {
            Assert.Equal(EventKind.Entry, entry.Kind);
            read.Add(entry.Id);
            if (read.Count == appended.Count)
            {
                break;
            }
        }

        Assert.Equal(appended, read);
    }

    private static Task WorkGoesOnAsync(int[] done)
    {
        var before = done.Sum();
        return Eventually.TrueAsync(() => done.Sum() > before + 100, TimeSpan.FromSeconds(10), "calls are carried out");
    }
}
