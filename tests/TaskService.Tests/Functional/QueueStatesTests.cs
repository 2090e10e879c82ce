using Platform.Tasks.Client;
using Platform.Tasks.Queues;
using Platform.Tasks.Statistics;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class QueueStatesTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly (string, string)[] TwoQueues = [("Tasks:Queues:0", "default"), ("Tasks:Queues:1", "mail"), ("Tasks:Serves:0", "default"), ("Tasks:Serves:1", "mail")];

    [Fact]
    public async Task Read_TasksInEveryPlace_TellsWhereTheyAre()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo, settings: TwoQueues);
        var (client, queues) = (app.Get<TaskClient>(), app.Get<QueueStates>());
        Assert.All(await queues.ReadAsync(CancellationToken.None), queue => Assert.Equal((0, 0, 0, TimeSpan.Zero), (queue.Waiting, queue.Running, queue.Delayed, queue.OldestAge)));

        await client.EnqueueManyAsync(TestWork.Type, [new TestPayload(1), new TestPayload(2), new TestPayload(3)]);
        await client.EnqueueAsync(TestWork.Type, new TestPayload(4), new EnqueueOptions { Priority = TaskPriority.High });
        await client.EnqueueAsync(TestWork.Type, new TestPayload(5), new EnqueueOptions { Queue = "mail", Delay = TimeSpan.FromHours(1) });
        await client.EnqueueAsync(TestWork.Type, new TestPayload(6), new EnqueueOptions { Queue = "mail", Delay = TimeSpan.FromMinutes(1) });
        Assert.Equal(2, (await app.Get<TaskQueue>().TakeAsync(2, CancellationToken.None)).Count);

        var states = await queues.ReadAsync(CancellationToken.None);

        Assert.Equal(["default", "mail"], states.Select(state => state.Name));
        Assert.Equal([("high", 0L, 1L), ("normal", 2L, 1L), ("low", 0L, 0L)], states[0].Lanes.Select(lane => (lane.Lane.PriorityWord, lane.Waiting, lane.Running)));
        Assert.Equal((0, 2), (states[0].Delayed, states[1].Delayed));
        Assert.Equal((4, 0), (states[0].Entered, states[1].Entered));
        Assert.InRange(states[1].NextDueAt!.Value - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(61));

        // As time goes by, the first of the waiting is older, and the others do not matter.
        await Eventually.TrueAsync(
            async () => (await queues.ReadAsync(CancellationToken.None))[0].OldestAge > TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10), "it has waited");
        Assert.Equal(TimeSpan.Zero, states[0].Lanes[0].OldestAge);
    }

    [Fact]
    public async Task Pause_WithWorkers_HoldsWhatComes_UntilItIsOver()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        var app = platform.StartApp(services: work.AddTo, settings: TwoQueues);
        var (client, queues) = (app.Get<TaskClient>(), app.Get<QueueStates>());
        await queues.PauseAsync("mail", TimeSpan.FromSeconds(3), until: null, CancellationToken.None);
        var state = (await queues.ReadAsync(CancellationToken.None))[1];
        Assert.True(state.IsPaused);
        Assert.InRange(state.PausedUntil!.Value - DateTimeOffset.UtcNow, TimeSpan.Zero, TimeSpan.FromSeconds(3));

        // The other queue's second task shows that the workers have looked since.
        await client.EnqueueAsync(TestWork.Type, new TestPayload(1));
        await Eventually.TrueAsync(() => work.Ledger.Any(done => done.Number == 1), TimeSpan.FromSeconds(10), "the other queue goes on");
        await client.EnqueueAsync(TestWork.Type, new TestPayload(2), new EnqueueOptions { Queue = "mail" });
        await client.EnqueueAsync(TestWork.Type, new TestPayload(3));
        await Eventually.TrueAsync(() => work.Ledger.Any(done => done.Number == 3), TimeSpan.FromSeconds(10), "the other queue goes on");
        var held = !work.Ledger.Any(done => done.Number == 2);

        await Eventually.TrueAsync(() => work.Ledger.Any(done => done.Number == 2), TimeSpan.FromSeconds(10), "the pause ends by itself");
        Assert.True(held);
        Assert.False((await queues.ReadAsync(CancellationToken.None))[1].IsPaused);
    }

    [Fact]
    public async Task Pause_ForWhatADeadWorkerHeld_HoldsToo()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(1));
        Assert.Single(await app.Get<TaskQueue>().TakeAsync(1, CancellationToken.None));
        await app.Get<QueueStates>().PauseAsync("default", duration: null, until: null, CancellationToken.None);
        var other = platform.StartApp(withWorker: false, services: new TestWork().AddTo, settings: ("Tasks:LeaseDuration", "00:00:00.5")).Get<TaskQueue>();
        Assert.Empty(await other.TakeAsync(1, CancellationToken.None));
        await Eventually.TrueAsync(
            async () => (await platform.Database.StreamPendingMessagesAsync(platform.Key("queue:v1:{default}:default.normal"), "workers", 1, StackExchange.Redis.RedisValue.Null))
                [0].IdleTimeInMilliseconds > 600, TimeSpan.FromSeconds(10), "its lease is over");

        Assert.Empty(await other.ClaimAsync(10, CancellationToken.None));

        await app.Get<QueueStates>().ResumeAsync("default", CancellationToken.None);
        Assert.Empty(await other.TakeAsync(1, CancellationToken.None));
        Assert.Single(await other.ClaimAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task Statistics_OfWhatWasDone_AreThereSoonAfter()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Run = (payload, _, _) => payload.Number == 3 ? throw new Platform.Tasks.Handlers.TaskFailedException("no", "No.") : Task.FromResult(Platform.Tasks.Handlers.TaskOutcome.None) };
        var app = platform.StartApp(services: work.AddTo);
        await app.Get<TaskClient>().EnqueueManyAsync(TestWork.Type, [new TestPayload(1), new TestPayload(2), new TestPayload(3)]);

        var store = app.Get<StatisticsStore>();
        await Eventually.TrueAsync(
            async () => (await store.ReadAsync(CancellationToken.None)).LastHour.Of(TestWork.Type) is var done
                && done[TaskCount.Submitted] == 3 && done[TaskCount.Succeeded] == 2 && done[TaskCount.Failed] == 1,
            TimeSpan.FromSeconds(20), "all is counted");

        var statistics = await store.ReadAsync(CancellationToken.None);
        Assert.Equal(3, statistics.Totals.Of(TestWork.Type)[TaskCount.Submitted]);
        Assert.Equal((3, 3), (statistics.LastHour.All.Waits.Sum(), statistics.LastHour.All.Runs.Sum()));
        Assert.Equal((StatisticsStore.Minutes, 3), (statistics.Minutes.Count, statistics.Minutes.Sum(minute => minute.Part.All[TaskCount.Submitted])));
    }
}
