using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class ConsumerSweepTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Sweep_ByManyReplicas_IsDoneOnceInAnIntervalAndNeverByWhoLostTheLease()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var sweeps = new[] { platform.StartApp(withWorker: false), platform.StartApp(withWorker: false) }.Select(app => app.Get<ConsumerSweep>()).ToArray();
        var record = platform.Key("sweep:v1:{default}");

        var done = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => sweeps[i % 2].RunAsync(CancellationToken.None)));
        Assert.Single(done, true);
        Assert.False(await sweeps[0].RunAsync(CancellationToken.None));

        var earlier = DateTimeOffset.UtcNow - ConsumerSweep.Interval;
        await platform.Database.HashSetAsync(record, "swept-at", earlier.ToUnixTimeMilliseconds());
        Assert.True(await sweeps[1].RunAsync(CancellationToken.None));

        // Somebody newer was here.
        await platform.Database.HashSetAsync(record, [new("swept-at", earlier.ToUnixTimeMilliseconds()), new("fence", long.MaxValue / 1024)]);
        Assert.False(await sweeps[0].RunAsync(CancellationToken.None));
    }
}
