using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class GateTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Turns_APersonWithVeryManyTasks_HoldsUpNobodyElse()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var slow = new TaskCompletionSource();
        var work = new TestWork
        {
            Run = async (_, context, cancellationToken) =>
            {
                await (context.Owner == "usr_ada" ? slow.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
                return TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo, settings: [("Tasks:TurnsPerUser", "3"), ("Tasks:Concurrency", "4")]);
        using var ada = app.ClientOf("usr_ada");
        using var bob = app.ClientOf("usr_bob");
        using var admin = app.AdminClient();

        var many = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => ada.SubmitAsync(TestWork.Type, new { number = i })));
        var few = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => bob.SubmitAsync(TestWork.Type, new { number = 100 + i })));

        await AllSucceedAsync(app, few);
        Assert.InRange(work.Ledger.Count(done => done.Number < 100), 0, 3);
        Assert.All(await Task.WhenAll(many.Select(ada.TaskAsync)), task => Assert.Contains(task.Status(), new[] { "queued", "running" }));
        var parked = (await admin.GetFromJsonAsync<JsonElement>("/v1/queues")).GetProperty("parked");
        Assert.Equal((1, 37), (parked.GetProperty("gates").GetInt32(), parked.GetProperty("tasks").GetInt32()));

        slow.SetResult();
        await AllSucceedAsync(app, many);
        Assert.Equal(50, work.Ledger.Count);
        Assert.Empty(GateKeys(platform));
    }

    [Fact]
    public async Task Key_OneAtATime_RunsInOrderAlsoOverFailures()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var running = 0;
        var work = new TestWork
        {
            Run = async (payload, context, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return payload.Number % 3 == 0 && context.Attempt == 1
                    ? throw new TaskRetryException("again", "Again.", TimeSpan.FromMilliseconds(30))
                    : TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo, settings: ("Tasks:Concurrency", "8"));
        var client = app.Get<TaskClient>();

        var ids = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add(await client.EnqueueAsync(TestWork.Type, new TestPayload(i), new EnqueueOptions { ConcurrencyKey = "account 7" }));
        }

        await AllSucceedAsync(app, ids);
        Assert.Equal(
            Enumerable.Range(0, 12).SelectMany(i => i % 3 == 0 ? new[] { (i, 1), (i, 2) } : [(i, 1)]), work.Ledger);
        Assert.Empty(GateKeys(platform));
        Assert.Equal(0, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")));
    }

    [Fact]
    public async Task Key_TwoAtATime_LetsTwoThroughAndOtherKeysBeside()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var begun = new ConcurrentBag<int>();
        var goOn = new TaskCompletionSource();
        var work = new TestWork
        {
            Options = new TaskTypeOptions { ConcurrencyPerKey = 2 },
            Run = async (payload, _, cancellationToken) =>
            {
                begun.Add(payload.Number);
                await (payload.Number < 10 ? goOn.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
                return TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo, settings: ("Tasks:Concurrency", "8"));

        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await EnqueueAsync(app, i, "one"));
        }

        var other = await EnqueueAsync(app, 10, "another");
        await AllSucceedAsync(app, [other]);
        await Eventually.TrueAsync(() => begun.Count == 3, Longest, "two of the key have begun, and the other one");
        Assert.Equal([0, 1, 10], begun.Order());

        goOn.SetResult();
        await AllSucceedAsync(app, ids);
    }

    [Fact]
    public async Task Key_HeldByATaskThatIsGone_IsFreed()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        await EnqueueAsync(app, 1, "held");
        var second = await EnqueueAsync(app, 2, "held");

        // The first vanishes with everything but its place in the gate.
        await platform.Database.KeyDeleteAsync(platform.Key("queue:v1:{default}:default.normal"));
        await platform.Database.KeyDeleteAsync(platform.Keys("item").Where(key => !key.ToString().EndsWith(second, StringComparison.Ordinal)).ToArray());
        var worker = platform.StartApp(services: new TestWork().AddTo);

        await AllSucceedAsync(worker, [second]);
        await Eventually.TrueAsync(() => !GateKeys(platform).Any(), Longest, "nobody is at the gate");
    }

    [Fact]
    public async Task Key_TaskInFrontIsCancelled_LetsTheNextThroughAndPassesOverTheCancelled()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await EnqueueAsync(app, i, "front"));
        }

        Assert.Equal(CancelOutcome.Cancelled, await app.Get<TaskStore>().CancelAsync(ids[1], "", CancellationToken.None));
        Assert.Equal(CancelOutcome.Cancelled, await app.Get<TaskStore>().CancelAsync(ids[0], "", CancellationToken.None));

        var entry = Assert.Single(await platform.Database.StreamRangeAsync(platform.Key("queue:v1:{default}:default.normal")));
        Assert.Equal(ids[2], entry["task"]);
        Assert.Equal(ids[2], Assert.Single(await platform.Database.SetMembersAsync(Assert.Single(platform.Keys("gate")))));
        Assert.Empty(platform.Keys("parked"));
    }

    [Fact]
    public async Task Key_AndTurns_BothHold()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo, settings: ("Tasks:TurnsPerUser", "2"));
        var ids = new List<string>();
        foreach (var key in new[] { "a", "a", "b", "c", "d" })
        {
            ids.Add(await EnqueueAsync(app, ids.Count, key, "usr_ada", ids.Count == 3 ? TimeSpan.FromMilliseconds(1) : default));
        }

        // One of a and one of b have the turns; the other of a waits for its key, that of d for a turn, that of c for its time.
        Assert.Equal(2, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")));

        var worker = platform.StartApp(services: new TestWork().AddTo, settings: ("Tasks:TurnsPerUser", "2"));
        await AllSucceedAsync(worker, ids);
        Assert.Empty(GateKeys(platform));
    }

    private static Task<string> EnqueueAsync(TaskServiceApp app, int number, string key, string? owner = null, TimeSpan delay = default) => app.Get<TaskClient>().EnqueueAsync(
        TestWork.Type, new TestPayload(number), new EnqueueOptions { ConcurrencyKey = key, Owner = owner, Delay = delay });

    private static IEnumerable<StackExchange.Redis.RedisKey> GateKeys(Surroundings platform) => platform.Keys("gate").Concat(platform.Keys("parked")).Concat(platform.Keys("gates-waiting"));

    private static async Task AllSucceedAsync(TaskServiceApp app, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            await Eventually.TrueAsync(
                async () => (await app.Get<TaskStore>().FindAsync(id, CancellationToken.None))!.Status == TaskState.Succeeded, Longest, $"{id} succeeded");
        }
    }
}
