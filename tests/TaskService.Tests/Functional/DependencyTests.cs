using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class DependencyTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task DependsOn_PlainAndOwnedTasks_RunsAfterAllOfThem()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Options = new TaskTypeOptions { Retention = TimeSpan.Zero } };
        var front = platform.StartApp(withWorker: false, services: work.AddTo);
        var plain = await EnqueueAsync(front, 1);
        var owned = await EnqueueAsync(front, 2, new EnqueueOptions { Owner = "usr_ada" });
        var third = await EnqueueAsync(front, 3, new EnqueueOptions { DependsOn = [plain, owned, plain], Owner = "usr_ada" });
        var fourth = await EnqueueAsync(front, 4, new EnqueueOptions { DependsOn = [third], ConcurrencyKey = "k", Delay = TimeSpan.FromMilliseconds(1) });
        await StatusAsync(front, third, TaskState.Waiting);

        var worker = platform.StartApp(services: work.AddTo);
        await StatusAsync(worker, fourth, TaskState.Succeeded);

        var done = work.Ledger.Select(entry => entry.Number).ToArray();
        Assert.Equal([1, 2], done[..2].Order());
        Assert.Equal([3, 4], done[2..]);

        // All have ended: one that comes now need not wait.
        await StatusAsync(worker, await EnqueueAsync(front, 5, new EnqueueOptions { DependsOn = [plain, fourth] }), TaskState.Succeeded);
        Assert.Empty(Left(platform));
    }

    [Fact]
    public async Task DependsOn_OneThatFails_FailsOrRunsAsWasAsked()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Run = (payload, _, _) => payload.Number == 1 ? throw new TaskFailedException("no_use", "No use.") : Task.FromResult(TaskOutcome.None) };
        var front = platform.StartApp(withWorker: false, services: work.AddTo);
        var first = await EnqueueAsync(front, 1, new EnqueueOptions { Owner = "usr_ada" });
        var needs = await EnqueueAsync(front, 2, new EnqueueOptions { Owner = "usr_ada", DependsOn = [first] });
        var needsThat = await EnqueueAsync(front, 3, new EnqueueOptions { Owner = "usr_ada", DependsOn = [needs] });
        var follows = await EnqueueAsync(front, 4, new EnqueueOptions { DependsOn = [needsThat], After = AfterMode.Ended });

        var worker = platform.StartApp(services: work.AddTo);
        await StatusAsync(worker, follows, TaskState.Succeeded);

        foreach (var failed in new[] { needs, needsThat, await EnqueueAsync(front, 5, new EnqueueOptions { DependsOn = [first] }) })
        {
            await StatusAsync(worker, failed, TaskState.Failed);
            Assert.Equal("dependency_failed", (await FindAsync(worker, failed)).ErrorCode);
        }

        // It was never begun, and does not say that it was.
        using var ada = worker.ClientOf("usr_ada");
        var refused = await ada.TaskAsync(needs);
        Assert.Equal(0, refused.GetProperty("attempt").GetInt32());
        Assert.Equal(JsonValueKind.Null, refused.GetProperty("startedAt").ValueKind);
        Assert.Equal(0, refused.GetProperty("attempts").GetArrayLength());
        Assert.Equal(["submitted", "finished"], refused.GetProperty("timeline").EnumerateArray().Select(moment => moment.GetProperty("event").GetString()));

        Assert.Equal([1, 4], work.Ledger.Select(entry => entry.Number));
        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey(needsThat), Longest, "the owner is told");
        Assert.Empty(Left(platform));
    }

    [Fact]
    public async Task DependsOn_WhoEndedItDiedBeforeTheRelease_IsReleasedByUpkeep()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var front = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var first = await EnqueueAsync(front, 1, new EnqueueOptions { Delay = TimeSpan.FromHours(1) });
        var second = await EnqueueAsync(front, 2, new EnqueueOptions { DependsOn = [first] });

        // The end is written as the script writes it, and nobody goes on.
        await platform.Database.HashSetAsync(platform.Key($"item:v1:{{default}}:{first}"), "status", "succeeded");
        await platform.Database.SortedSetAddAsync(platform.Key("releases:v1:{default}"), first, 1);

        await StatusAsync(platform.StartApp(services: new TestWork().AddTo), second, TaskState.Succeeded);
        Assert.Empty(Left(platform));
    }

    [Fact]
    public async Task DependsOn_CancelledOrErased_IsToldAtOnceAndAWaitingTaskCanBeCancelled()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var front = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var ada = PlatformId.New("usr");
        var cancelled = await EnqueueAsync(front, 1);
        var afterCancelled = await EnqueueAsync(front, 2, new EnqueueOptions { DependsOn = [cancelled], After = AfterMode.Ended });
        var erased = await EnqueueAsync(front, 3, new EnqueueOptions { Owner = ada });
        var afterErased = await EnqueueAsync(front, 4, new EnqueueOptions { DependsOn = [erased], After = AfterMode.Ended });
        var waiting = await EnqueueAsync(front, 5, new EnqueueOptions { DependsOn = [erased] });
        var afterWaiting = await EnqueueAsync(front, 6, new EnqueueOptions { DependsOn = [waiting], After = AfterMode.Ended });

        var batch = await front.Get<TaskClient>().EnqueueBatchAsync(
            [new BatchTask(TestWork.Type, new TestPayload(7)), new BatchTask(TestWork.Type, new TestPayload(8))], options: new EnqueueOptions { Owner = ada });
        var afterBatch = await EnqueueAsync(front, 9, new EnqueueOptions { DependsOn = [batch.Id], After = AfterMode.Ended });

        foreach (var id in new[] { cancelled, waiting })
        {
            Assert.Equal(CancelOutcome.Cancelled, await front.Get<TaskStore>().CancelAsync(id, "", CancellationToken.None));
        }

        await using (var scope = front.Services.CreateAsyncScope())
        {
            Assert.True((await scope.ServiceProvider.GetServices<IPersonalData>().OfType<TaskPersonalData>().Single().EraseAsync(ada, CancellationToken.None)).Done);
        }

        foreach (var id in new[] { afterCancelled, afterErased, afterWaiting, afterBatch })
        {
            Assert.Equal(TaskState.Queued, (await FindAsync(front, id)).Status);
        }

        Assert.Equal(TaskState.Cancelled, (await FindAsync(front, waiting)).Status);
        Assert.Empty(Left(platform));
        Assert.Empty(platform.Keys("batch"));
    }

    [Fact]
    public async Task Submit_DependsOnAnothersTask_IsRefused()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        using var ada = app.ClientOf("usr_ada");
        using var bob = app.ClientOf("usr_bob");
        var hers = await ada.SubmitAsync(TestWork.Type, new { });

        foreach (var id in new[] { hers, PlatformId.New("tsk"), PlatformId.New("bat") })
        {
            await (await bob.PostTaskAsync("", Depends(id))).ProblemAsync(HttpStatusCode.BadRequest, "unknown_dependency");
        }

        Assert.Equal("waiting", (await ada.TaskAsync(await ada.SubmitAsync(Depends(hers), ""))).Status());
        Assert.Equal(2, platform.Keys("item").Count());

        static JsonContent Depends(string id) => JsonContent.Create(new { type = TestWork.Type, payload = new { }, dependsOn = new[] { id }, after = "ended" });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("usr_ada")]
    public async Task Batch_WithACompletion_CountsAndRunsItAfterAll(string? owner)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Run = (payload, _, _) => payload.Number == 3 ? throw new TaskFailedException("no_use", "No use.") : Task.FromResult(TaskOutcome.None) };
        var front = platform.StartApp(withWorker: false, services: work.AddTo, settings: ("Tasks:TurnsPerUser", "4"));
        var client = front.Get<TaskClient>();
        var tasks = Enumerable.Range(0, 20).Select(i => new BatchTask(TestWork.Type, new TestPayload(i))).ToArray();

        var batch = await client.EnqueueBatchAsync(tasks, new BatchCompletion(new BatchTask(TestWork.Type, new TestPayload(100))), new EnqueueOptions { Owner = owner });
        var needsAll = await EnqueueAsync(front, 200, new EnqueueOptions { DependsOn = [batch.Id] });
        await front.Get<TaskStore>().CancelAsync(batch.TaskIds[5], owner ?? "", CancellationToken.None);
        var begun = (await client.FindBatchAsync(batch.Id))!;
        Assert.Equal(new BatchProgress(batch.Id, 20, 0, 1, batch.CompletionId) { CreatedAt = begun.CreatedAt }, begun);
        Assert.InRange(begun.CreatedAt, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));

        var worker = platform.StartApp(services: work.AddTo, settings: ("Tasks:TurnsPerUser", "4"));
        await StatusAsync(worker, batch.CompletionId!, TaskState.Succeeded);
        await StatusAsync(worker, needsAll, TaskState.Failed);

        var numbers = work.Ledger.Select(entry => entry.Number).ToArray();
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 5), numbers[..^1].Order());
        Assert.Equal(100, numbers[^1]);
        var progress = await client.FindBatchAsync(batch.Id);
        Assert.Equal((18, 2, true), (progress!.Done, progress.Failed, progress.IsComplete));
        await Eventually.TrueAsync(() => !Left(platform).Any(), Longest, "nobody is left");
    }

    [Fact]
    public async Task Batch_ThatIsTooLarge_IsRefusedWhole()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var client = platform.StartApp(withWorker: false).Get<TaskClient>();
        var task = new BatchTask(TestWork.Type, new TestPayload());

        await Assert.ThrowsAsync<ArgumentException>(() => client.EnqueueBatchAsync([.. Enumerable.Repeat(task, 1001)]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.EnqueueBatchAsync([]));
        Assert.Equal(1000, (await client.EnqueueBatchAsync([.. Enumerable.Repeat(task, 1000)])).TaskIds.Count);
        Assert.Equal(1000, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")));
    }

    private static IEnumerable<StackExchange.Redis.RedisKey> Left(Surroundings platform) =>
        new[] { "dependants", "releases", "gate", "parked", "gates-waiting" }.SelectMany(platform.Keys);

    private static Task<string> EnqueueAsync(TaskServiceApp app, int number, EnqueueOptions? options = null) =>
        app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(number), options);

    private static async Task<TaskItem> FindAsync(TaskServiceApp app, string id) => (await app.Get<TaskStore>().FindAsync(id, CancellationToken.None))!;

    private static Task StatusAsync(TaskServiceApp app, string id, TaskState state) =>
        Eventually.TrueAsync(async () => (await FindAsync(app, id)).Status == state, Longest, $"{id} is {state}");
}
