using Platform.Contracts;
using Platform.Redis;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

/// <summary>Plain tasks of a type that is forgotten at once: their entry is all there is of them until an attempt lasts or fails.</summary>
public sealed class UnrecordedTaskTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Lane = "queue:v1:{default}:default.normal";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TaskTypeOptions Forgotten = new() { IsFireAndForget = true, RetryBaseDelay = TimeSpan.FromMilliseconds(10) };

    [Fact]
    public async Task Enqueue_OneAndMany_NoneHasARecordAndEachRunsOnceAndNothingIsLeft()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Options = Forgotten };
        var client = platform.StartApp(withWorker: false, services: work.AddTo).Get<TaskClient>();

        var one = await client.EnqueueAsync(TestWork.Type, new TestPayload(0));
        var many = await client.EnqueueManyAsync(TestWork.Type, [.. Enumerable.Range(1, 300).Select(i => new TestPayload(i))]);
        Assert.Equal(301, many.Append(one).Distinct().Count(id => PlatformId.IsValid(id, "tsk")));
        Assert.Empty(platform.Keys("item"));
        Assert.Equal(301, await platform.Database.StreamLengthAsync(platform.Key(Lane)));

        platform.StartApp(services: work.AddTo);
        await IsEmptyAsync(platform);

        Assert.Equal(Enumerable.Range(0, 301), work.Ledger.Select(done => done.Number).Order());
        Assert.Equal(0, (await platform.Database.StreamPendingAsync(platform.Key(Lane), "workers")).PendingMessageCount);
        Assert.Empty(platform.Keys("item"));
        Assert.DoesNotContain(platform.Log.Lines, line => line.Text.Contains("ended as succeeded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FirstAttemptFails_TheSecondHasARecordAndTheNextFence()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var fences = new List<long>();
        var work = new TestWork
        {
            Options = Forgotten,
            Run = (_, context, _) =>
            {
                fences.Add(context.Fence);
                return context.Attempt == 1 ? throw new InvalidOperationException("once") : Task.FromResult(TaskOutcome.None);
            },
        };
        var id = await platform.StartApp(services: work.AddTo).Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(7));

        await Eventually.TrueAsync(() => work.Ledger.Count == 2, Longest, "it was tried again");
        await IsEmptyAsync(platform);
        Assert.Equal([(7, 1), (7, 2)], work.Ledger);
        Assert.Equal([1, 2], fences);
        Assert.StartsWith("tsk_", id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThatReports_ShowsItsProgressAndGoesWithItsEnd()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var (reported, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var work = new TestWork
        {
            Options = Forgotten,
            Run = async (_, context, cancellationToken) =>
            {
                await context.ReportProgressAsync(1, 2, "half", cancellationToken);
                reported.SetResult();
                await end.Task.WaitAsync(cancellationToken);
                return TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo);
        var id = await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(7));

        await reported.Task.WaitAsync(Longest);
        Assert.Equal("half", await FieldAsync(platform, id, "message"));
        end.SetResult();

        await IsEmptyAsync(platform);
        Assert.Null(await FieldAsync(platform, id, "status"));
    }

    [Fact]
    public async Task Run_ThatLasts_CanBeCancelled()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Options = Forgotten,
            Run = async (_, _, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo, settings: ("Tasks:LeaseDuration", "00:05:00"));
        var id = await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload());

        await WaitForAsync(platform, id, "running");
        Assert.Equal(CancelOutcome.Requested, await app.Get<TaskStore>().CancelAsync(id, "", CancellationToken.None));
        await WaitForAsync(platform, id, "cancelled");
    }

    [Fact]
    public async Task Run_WorkerGoneWithTheDelivery_AnotherTakesOverAndTheGoneOneIsNotHeard()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var gone = platform.StartApp(withWorker: false, services: new TestWork { Options = Forgotten }.AddTo);
        await gone.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(7));
        var delivery = await BeginAsync(gone);

        var work = new TestWork { Options = Forgotten };
        platform.StartApp(services: work.AddTo);
        await Eventually.TrueAsync(() => !work.Ledger.IsEmpty, Longest, "it was taken over");
        await IsEmptyAsync(platform);

        Assert.Equal([(7, 2)], work.Ledger);
        var deliveries = gone.Get<TaskDeliveries>();
        Assert.Equal(Hold.Lost, await FinishAsync(gone, delivery));
        Assert.Equal(Hold.Lost, await deliveries.RenewAsync(delivery, CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.FinishAsync(delivery, TaskState.Failed, default, null, null, CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.RequeueAsync(delivery, TimeSpan.Zero, true, null, CancellationToken.None));
    }

    [Fact]
    public async Task Finish_AfterAnotherHasBegun_IsRefusedAndLeavesTheEntryToIt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork { Options = Forgotten }.AddTo);
        await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(7));
        var entry = Assert.Single(await app.Get<TaskQueue>().TakeAsync(10, CancellationToken.None));
        var first = TaskDeliveries.BeginPlain(entry, DateTimeOffset.UtcNow);

        await app.Get<TaskDeliveries>().RecordAsync(entry, CancellationToken.None);
        var second = await app.Get<TaskDeliveries>().StartAsync(entry, "another", CancellationToken.None);

        Assert.Equal((2, 2), (second!.Task.Attempt, second.Task.Fence));
        Assert.Equal(Hold.Lost, await FinishAsync(app, first));
        Assert.Equal(1, await platform.Database.StreamLengthAsync(platform.Key(Lane)));
    }

    [Fact]
    public async Task Finish_OfThoseWithAndWithoutARecordTogether_EndsEachOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork { Options = Forgotten }.AddTo);
        await app.Get<TaskClient>().EnqueueManyAsync(TestWork.Type, [.. Enumerable.Range(0, 10).Select(i => new TestPayload(i))]);
        var taken = await app.Get<TaskQueue>().TakeAsync(10, CancellationToken.None);
        Delivery[] deliveries = [.. taken.Select(entry => TaskDeliveries.BeginPlain(entry, DateTimeOffset.UtcNow))];
        foreach (var entry in taken.Where((_, i) => i % 3 == 0))
        {
            // As a renewal does whose answer did not come back.
            await app.Get<TaskDeliveries>().RecordAsync(entry, CancellationToken.None);
        }

        var ends = await Task.WhenAll(deliveries.Select(delivery => FinishAsync(app, delivery)));
        var again = await Task.WhenAll(deliveries.Select(delivery => FinishAsync(app, delivery)));

        Assert.All(ends, end => Assert.Equal(Hold.Held, end));
        Assert.All(again, end => Assert.Equal(Hold.Lost, end));
        await IsEmptyAsync(platform);
        Assert.Empty(platform.Keys("item"));
    }

    [Fact]
    public async Task Finish_WhereTheWorkerRemembersTheType_KeepsTheTask()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var client = platform.StartApp(withWorker: false, services: new TestWork { Options = Forgotten }.AddTo).Get<TaskClient>();
        var id = await client.EnqueueAsync(TestWork.Type, new TestPayload(7));

        platform.StartApp(services: new TestWork().AddTo);

        await WaitForAsync(platform, id, "succeeded");
        Assert.Equal("""{"number":7}""", await FieldAsync(platform, id, "payload"));
    }

    [Fact]
    public async Task Take_EntriesOfTwoLanesWithTheSameId_BothRunAtOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        foreach (var (priority, number) in new[] { ("high", 1), ("normal", 2) })
        {
            await platform.Database.StreamAddAsync(
                platform.Key($"queue:v1:{{default}}:default.{priority}"), PackedTask.Field,
                PackedTask.TryPack(TestPayloads.WithoutKey, PlatformId.New("tsk"), TestWork.Type, null, new TestPayload(number))!, messageId: "1-1");
        }

        var bothRun = new CountdownEvent(2);
        var work = new TestWork
        {
            Options = Forgotten,
            Run = async (_, _, cancellationToken) =>
            {
                bothRun.Signal();
                await Task.Run(() => bothRun.Wait(cancellationToken), cancellationToken);
                return TaskOutcome.None;
            },
        };
        platform.StartApp(services: work.AddTo, settings: [("Tasks:LeaseDuration", "00:05:00"), ("Tasks:Concurrency", "4")]);

        await Eventually.TrueAsync(() => bothRun.IsSet, Longest, "both run");
        await IsEmptyAsync(platform);
        Assert.Equal([(1, 1), (2, 1)], work.Ledger.Order());
    }

    [Fact]
    public async Task Enqueue_RedisFull_IsRefusedAndWhatIsThereIsStillRun()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        var work = new TestWork { Options = Forgotten };
        var client = platform.StartApp(withWorker: false, services: work.AddTo).Get<TaskClient>();
        await client.EnqueueAsync(TestWork.Type, new TestPayload(1));
        using var full = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(platform.ConnectionString + ",allowAdmin=true");
        await full.GetServers()[0].ConfigSetAsync("maxmemory", "1mb");

        await Assert.ThrowsAsync<RedisUnavailableException>(() => client.EnqueueAsync(TestWork.Type, new TestPayload(2)));
        await Assert.ThrowsAsync<RedisUnavailableException>(() => client.EnqueueManyAsync(TestWork.Type, [new TestPayload(3), new TestPayload(4)]));
        platform.StartApp(services: work.AddTo);

        await Eventually.TrueAsync(() => !work.Ledger.IsEmpty, Longest, "what is there is run");
        await full.GetServers()[0].ConfigSetAsync("maxmemory", "512mb");
        await client.EnqueueAsync(TestWork.Type, new TestPayload(5));
        await Eventually.TrueAsync(() => work.Ledger.Any(done => done.Number == 5), Longest, "it goes on without a restart");
        Assert.Equal([(1, 1), (5, 1)], work.Ledger);
    }

    private static async Task<Delivery> BeginAsync(TaskServiceApp app) =>
        TaskDeliveries.BeginPlain(Assert.Single(await app.Get<TaskQueue>().TakeAsync(10, CancellationToken.None)), DateTimeOffset.UtcNow);

    private static Task<Hold> FinishAsync(TaskServiceApp app, Delivery delivery) =>
        app.Get<FinishBatches>().FinishAsync(new PlainEnd(delivery, null, TimeSpan.Zero), TimeSpan.Zero);

    private static async Task<string?> FieldAsync(Surroundings platform, string id, string field) =>
        await platform.Database.HashGetAsync(platform.Key($"item:v1:{{default}}:{id}"), field);

    private static Task WaitForAsync(Surroundings platform, string id, string status) =>
        Eventually.TrueAsync(async () => await FieldAsync(platform, id, "status") == status, Longest, $"the task is {status}");

    private static Task IsEmptyAsync(Surroundings platform) =>
        Eventually.TrueAsync(async () => await platform.Database.StreamLengthAsync(platform.Key(Lane)) == 0, Longest, "the lane is empty");
}
