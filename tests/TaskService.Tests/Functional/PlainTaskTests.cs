using System.Diagnostics;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

/// <summary>Tasks whose first attempt begins with their delivery, because their entry holds all it needs.</summary>
public sealed class PlainTaskTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Lane = "queue:v1:{default}:default.normal";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Enqueue_ByManyCallersAtOnce_EachTaskRunsOnceAndNothingIsLeftInTheLane()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        TestWork[] works = [new(), new()];
        var client = platform.StartApp(services: works[0].AddTo).Get<TaskClient>();
        platform.StartApp(services: works[1].AddTo);

        var ids = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => client.EnqueueAsync(TestWork.Type, new TestPayload(i))));

        await Eventually.TrueAsync(() => works.Sum(work => work.Ledger.Count) >= 500, Longest, "all have run");
        await Eventually.TrueAsync(async () => await platform.Database.StreamLengthAsync(platform.Key(Lane)) == 0, Longest, "the lane is empty");
        Assert.Equal(Enumerable.Range(0, 500), works.SelectMany(work => work.Ledger).Select(done => done.Number).Order());
        Assert.Equal(500, ids.Distinct().Count());
        foreach (var id in ids.Take(20))
        {
            Assert.Equal("succeeded", await FieldAsync(platform, id, "status"));
        }
    }

    [Fact]
    public async Task EnqueueMany_MoreThanOneTripHolds_AllRun()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        var client = platform.StartApp(services: work.AddTo).Get<TaskClient>();

        var ids = await client.EnqueueManyAsync(TestWork.Type, [.. Enumerable.Range(0, 300).Select(i => new TestPayload(i))]);

        await Eventually.TrueAsync(() => work.Ledger.Count >= 300, Longest, "all have run");
        Assert.Equal(Enumerable.Range(0, 300), work.Ledger.Select(done => done.Number).Order());
        Assert.Equal(300, ids.Distinct().Count());
    }

    [Fact]
    public async Task Take_FromLanesOfAllPriorities_BeginsWithTheHighest()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var client = app.Get<TaskClient>();
        foreach (var priority in new[] { TaskPriority.Low, TaskPriority.Normal, TaskPriority.High })
        {
            await client.EnqueueAsync(TestWork.Type, new TestPayload((int)priority), new EnqueueOptions { Priority = priority });
        }

        var taken = await app.Get<TaskQueue>().TakeAsync(2, CancellationToken.None);

        Assert.Equal([TaskPriority.High, TaskPriority.Normal], taken.Select(entry => entry.Lane.Priority));
    }

    [Fact]
    public async Task Take_ManyTimesWhileTheHighestIsNeverEmpty_ComesToTheLowestToo()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var client = app.Get<TaskClient>();
        await client.EnqueueManyAsync(TestWork.Type, [.. Enumerable.Range(0, 50).Select(i => new TestPayload(i))], new EnqueueOptions { Priority = TaskPriority.High });
        await client.EnqueueAsync(TestWork.Type, new TestPayload(-1), new EnqueueOptions { Priority = TaskPriority.Low });

        var taken = new List<QueueEntry>();
        for (var i = 0; i < 16; i++)
        {
            taken.AddRange(await app.Get<TaskQueue>().TakeAsync(1, CancellationToken.None));
        }

        Assert.Single(taken, entry => entry.Lane.Priority == TaskPriority.Low);
    }

    [Fact]
    public async Task Run_FirstAttemptFails_TheSecondHasTheNextFence()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var fences = new List<long>();
        var work = new TestWork
        {
            Run = (_, context, _) =>
            {
                fences.Add(context.Fence);
                return context.Attempt == 1 ? throw new InvalidOperationException("once") : Task.FromResult(TaskOutcome.Of(new { done = true }));
            },
        };
        var client = platform.StartApp(services: work.AddTo).Get<TaskClient>();

        var id = await client.EnqueueAsync(TestWork.Type, new TestPayload(7));

        await WaitForAsync(platform, id, "succeeded");
        Assert.Equal([(7, 1), (7, 2)], work.Ledger);
        Assert.Equal([1, 2], fences);
        Assert.Equal("""{"done":true}""", await FieldAsync(platform, id, "outcome"));
    }

    [Fact]
    public async Task Run_WorkerGoneWithTheDelivery_AnotherTakesOverAndTheGoneOneIsNotHeard()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var gone = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var id = await gone.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(7));
        var delivery = TaskDeliveries.BeginPlain(Assert.Single(await gone.Get<TaskQueue>().TakeAsync(10, CancellationToken.None)), DateTimeOffset.UtcNow);

        var work = new TestWork();
        platform.StartApp(services: work.AddTo);
        await WaitForAsync(platform, id, "succeeded");

        Assert.Equal([(7, 2)], work.Ledger);
        var deliveries = gone.Get<TaskDeliveries>();
        Assert.Equal(Hold.Lost, await gone.Get<FinishBatches>().FinishAsync(new PlainEnd(delivery, null, TimeSpan.Zero), TimeSpan.FromDays(1)));
        Assert.Equal(Hold.Lost, await deliveries.RenewAsync(delivery, CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.ReportAsync(delivery, new TaskProgress(1, 2, null), CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.FinishAsync(delivery, TaskState.Failed, default, null, null, CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.RequeueAsync(delivery, TimeSpan.Zero, true, null, CancellationToken.None));
        Assert.Equal("succeeded", await FieldAsync(platform, id, "status"));
    }

    [Fact]
    public async Task Finish_SaidAgainAfterALostAnswer_IsTheSameEnd()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload());
        var end = new PlainEnd(
            TaskDeliveries.BeginPlain(Assert.Single(await app.Get<TaskQueue>().TakeAsync(10, CancellationToken.None)), DateTimeOffset.UtcNow), null, TimeSpan.Zero);

        Assert.Equal(Hold.Held, await app.Get<FinishBatches>().FinishAsync(end, TimeSpan.FromDays(1)));
        Assert.Equal(Hold.Held, await app.Get<FinishBatches>().FinishAsync(end, TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task Run_TypeThatIsForgottenAtOnce_LeavesNothing()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Options = new TaskTypeOptions { Retention = TimeSpan.Zero } };
        var client = platform.StartApp(services: work.AddTo).Get<TaskClient>();

        await client.EnqueueManyAsync(TestWork.Type, [.. Enumerable.Range(0, 20).Select(i => new TestPayload(i))]);

        await Eventually.TrueAsync(() => work.Ledger.Count == 20 && !platform.Keys("item").Any(), Longest, "nothing is left");
    }

    [Fact]
    public async Task Run_ThatLasts_IsShownAsRunningAndCancelledWithinASecond()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var cancelledAt = 0L;
        var work = new TestWork
        {
            Run = async (_, _, cancellationToken) =>
            {
                await using var registration = cancellationToken.Register(() => cancelledAt = Stopwatch.GetTimestamp());
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo, settings: ("Tasks:LeaseDuration", "00:05:00"));
        var id = await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload());
        await WaitForAsync(platform, id, "running");

        var asked = Stopwatch.GetTimestamp();
        Assert.Equal(CancelOutcome.Requested, await app.Get<TaskStore>().CancelAsync(id, "", CancellationToken.None));
        await WaitForAsync(platform, id, "cancelled");

        Assert.InRange(Stopwatch.GetElapsedTime(asked, cancelledAt).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task Cancel_DeliveredButNotShownAsRunningYet_AsksItsWorker()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var id = await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload());
        var delivery = TaskDeliveries.BeginPlain(Assert.Single(await app.Get<TaskQueue>().TakeAsync(10, CancellationToken.None)), DateTimeOffset.UtcNow);

        Assert.Equal(CancelOutcome.Requested, await app.Get<TaskStore>().CancelAsync(id, "", CancellationToken.None));

        Assert.Equal(Hold.Cancelling, await app.Get<TaskDeliveries>().RenewAsync(delivery, CancellationToken.None));
    }

    [Fact]
    public async Task Stop_WhileItRuns_HandsItBackWithoutCountingTheAttempt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Run = async (_, _, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return TaskOutcome.None;
            },
        };
        var stopping = platform.StartApp(services: work.AddTo, settings: ("Tasks:DrainTimeout", "00:00:00.1"));
        var id = await stopping.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(3));
        await Eventually.TrueAsync(() => !work.Ledger.IsEmpty, Longest, "it runs");

        await stopping.DisposeAsync();
        Assert.Equal(("queued", "0"), (await FieldAsync(platform, id, "status"), await FieldAsync(platform, id, "attempt")));

        var next = new TestWork();
        platform.StartApp(services: next.AddTo);
        await WaitForAsync(platform, id, "succeeded");
        Assert.Equal([(3, 1)], next.Ledger);
    }

    [Fact]
    public async Task Run_TypeWithAttemptsOfItsOwn_IsGivenUpAfterThem()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Options = new TaskTypeOptions { MaxAttempts = 2, RetryBaseDelay = TimeSpan.FromMilliseconds(10) },
            Run = (_, _, _) => throw new InvalidOperationException("always"),
        };
        var id = await platform.StartApp(services: work.AddTo).Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload());

        await WaitForAsync(platform, id, "dead");

        Assert.Equal(2, work.Ledger.Count);
        Assert.NotNull(await platform.Database.SortedSetScoreAsync(platform.Key("dead:v1:{default}"), id));
    }

    [Fact]
    public async Task Enqueue_Delayed_RunsWhenItIsDue()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        var client = platform.StartApp(services: work.AddTo).Get<TaskClient>();

        var asked = Stopwatch.GetTimestamp();
        var id = await client.EnqueueAsync(TestWork.Type, new TestPayload(5), new EnqueueOptions { Delay = TimeSpan.FromMilliseconds(300) });

        await WaitForAsync(platform, id, "succeeded");
        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 0.3, 20);
        Assert.Equal([(5, 1)], work.Ledger);
    }

    [Fact]
    public async Task Enqueue_QueueThatIsNotThere_NamesThoseThatAre()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var client = platform.StartApp(withWorker: false).Get<TaskClient>();

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => client.EnqueueAsync(TestWork.Type, new TestPayload(), new EnqueueOptions { Queue = "nowhere" }));

        Assert.Contains("Tasks:Queues: default", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> FieldAsync(Surroundings platform, string id, string field) =>
        await platform.Database.HashGetAsync(platform.Key($"item:v1:{{default}}:{id}"), field);

    private static Task WaitForAsync(Surroundings platform, string id, string status) =>
        Eventually.TrueAsync(async () => await FieldAsync(platform, id, "status") == status, Longest, $"the task is {status}");
}
