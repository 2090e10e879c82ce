using Platform.Redis;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;
using Platform.Tasks.Items;
using Platform.Tasks.Unique;
using Platform.TestKit;
using StackExchange.Redis;

namespace TaskService.Tests.Functional;

public sealed class FullRedisTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Redis_Full_TakesNothingHalfAndDrainsWhatIsParkedWaitingOrDelayed()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        using var redis = await ConnectionMultiplexer.ConnectAsync(platform.ConnectionString + ",allowAdmin=true");
        var work = new TestWork();
        (string Key, string Value)[] settings = [("Tasks:TurnsPerUser", "1")];
        var front = platform.StartApp(withWorker: false, services: work.AddTo, settings: settings);
        var client = front.Get<TaskClient>();
        EnqueueOptions[] ways =
        [
            new() { ConcurrencyKey = "k" },
            new() { Owner = "usr_ada", ConcurrencyKey = "k" },
            new() { Unique = new TaskUniqueness { Key = "r", While = UniqueWhile.Running } },
            new() { Unique = new TaskUniqueness { Key = "b" } },
            new() { Delay = TimeSpan.FromMilliseconds(1), ConcurrencyKey = "k" },
        ];
        var ids = new List<string>();
        foreach (var options in ways.Concat(ways))
        {
            ids.Add(await client.EnqueueAsync(TestWork.Type, new TestPayload(ids.Count), options));
        }

        ids.Add(await client.EnqueueAsync(TestWork.Type, new TestPayload(20), new EnqueueOptions { DependsOn = [ids[1]], Owner = "usr_ada" }));
        var task = new BatchTask(TestWork.Type, new TestPayload(30));
        var batch = await client.EnqueueBatchAsync([task, task], new BatchCompletion(task), new EnqueueOptions { Owner = "usr_ada" });
        ids.AddRange([.. batch.TaskIds, batch.CompletionId!]);

        await redis.GetServers()[0].ConfigSetAsync("maxmemory", "1mb");
        var before = Snapshot(redis, platform);
        foreach (var options in ways.Append(new EnqueueOptions { DependsOn = [ids[0]] }))
        {
            await Assert.ThrowsAsync<RedisUnavailableException>(() => client.EnqueueAsync(TestWork.Type, new TestPayload(99), options));
        }

        await Assert.ThrowsAsync<RedisUnavailableException>(() => client.EnqueueAsync(TestWork.Type, new { text = new string('x', 400_000) }));
        await Assert.ThrowsAsync<RedisUnavailableException>(() => client.EnqueueBatchAsync([task], new BatchCompletion(task)));
        Assert.Equal(before, Snapshot(redis, platform));

        var worker = platform.StartApp(services: work.AddTo, settings: settings);
        foreach (var id in ids)
        {
            await Eventually.TrueAsync(
                async () => (await worker.Get<TaskStore>().FindAsync(id, CancellationToken.None))!.Status == TaskState.Succeeded, Longest, $"{id} succeeded");
        }

        Assert.Equal(ids.Distinct().Count(), work.Ledger.Count);
        await redis.GetServers()[0].ConfigSetAsync("maxmemory", "512mb");
        await client.EnqueueAsync(TestWork.Type, new TestPayload(99), ways[0]);
    }

    private static string[] Snapshot(ConnectionMultiplexer redis, Surroundings platform) =>
        [.. RedisFixture.Keys(redis, platform.Prefix).Select(key => key.ToString()).Where(key => !key.Contains("rate-limit", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
