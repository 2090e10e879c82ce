using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Unique;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class UniqueTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Unique_ManyAtTheSameMoment_AreOneAndAnotherPayloadOrOwnerIsNot()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var client = platform.StartApp(withWorker: false, services: new TestWork().AddTo).Get<TaskClient>();
        var unique = new EnqueueOptions { Unique = new TaskUniqueness() };

        var ids = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.EnqueueAsync(TestWork.Type, new TestPayload(1), unique)));
        var otherPayload = await client.EnqueueAsync(TestWork.Type, new TestPayload(2), unique);
        var otherOwner = await client.EnqueueAsync(TestWork.Type, new TestPayload(1), unique with { Owner = "usr_ada" });
        var otherType = await client.EnqueueAsync("other", new TestPayload(1), unique);

        var one = Assert.Single(ids.Distinct());
        Assert.Equal(4, new[] { one, otherPayload, otherOwner, otherType }.Distinct().Count());
        Assert.Equal(4, platform.Keys("item").Count());
    }

    [Theory]
    [InlineData(UniqueWhile.Queued, true, false)]
    [InlineData(UniqueWhile.Running, false, true)]
    [InlineData(UniqueWhile.Both, true, true)]
    public async Task Unique_WhileQueuedOrRunning_StandsInTheWayThenAndNotAfterwards(UniqueWhile state, bool whileQueued, bool whileRunning)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var goOn = new TaskCompletionSource<TaskOutcome>();
        var front = platform.StartApp(withWorker: false, services: new TestWork().AddTo);

        var first = await EnqueueAsync(front, state);
        Assert.Equal(whileQueued, first == await EnqueueAsync(front, state));
        var worker = platform.StartApp(services: new TestWork { Run = (_, _, cancellationToken) => goOn.Task.WaitAsync(cancellationToken) }.AddTo, settings: ("Tasks:Concurrency", "8"));
        await Eventually.TrueAsync(async () => await HoldsAsync(platform, first), Longest, "it runs and is known to");
        var second = await EnqueueAsync(front, state);
        Assert.Equal(whileRunning, platform.Keys("item").Count() == (whileQueued ? 1 : 2));

        goOn.SetResult(TaskOutcome.None);
        await StatusAsync(worker, first, TaskState.Succeeded);
        await StatusAsync(worker, second, TaskState.Succeeded);
        Assert.NotEqual(first, await EnqueueAsync(front, state));
    }

    [Fact]
    public async Task Unique_RunAgain_RunsOnceMoreAfterTheOneThatRunsHoweverManyCome()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var goOn = new TaskCompletionSource();
        var running = 0;
        var work = new TestWork
        {
            Run = async (_, _, cancellationToken) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                await goOn.Task.WaitAsync(cancellationToken);
                Interlocked.Decrement(ref running);
                return TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo);
        var first = await EnqueueAsync(app, UniqueWhile.Both, again: true);
        await StatusAsync(app, first, TaskState.Running);

        var trailing = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => EnqueueAsync(app, UniqueWhile.Both, again: true)));

        var again = Assert.Single(trailing.Distinct());
        Assert.NotEqual(first, again);
        await StatusAsync(app, again, TaskState.Waiting);
        goOn.SetResult();
        await StatusAsync(app, again, TaskState.Succeeded);
        Assert.Equal(2, work.Ledger.Count);
        Assert.Empty(platform.Keys("unique"));
    }

    [Fact]
    public async Task Unique_TheOtherIsGone_NeverStandsInTheWayForEver()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var cancelled = await EnqueueAsync(app, UniqueWhile.Both);
        await app.Get<TaskStore>().CancelAsync(cancelled, "", CancellationToken.None);
        Assert.Empty(platform.Keys("unique"));

        // Expired with everything but its place among those that are the same.
        var expired = await EnqueueAsync(app, UniqueWhile.Both);
        await platform.Database.KeyDeleteAsync(platform.Key($"item:v1:{{default}}:{expired}"));
        var dies = platform.StartApp(services: new TestWork { Run = (_, _, _) => throw new TaskFailedException("no_use", "No use.") }.AddTo);
        var failed = await EnqueueAsync(app, UniqueWhile.Both);
        await StatusAsync(app, failed, TaskState.Failed);
        var last = await EnqueueAsync(app, UniqueWhile.Both);

        Assert.Equal(4, new[] { cancelled, expired, failed, last }.Distinct().Count());
        await StatusAsync(dies, last, TaskState.Failed);
    }

    [Fact]
    public async Task Submit_Unique_IsAnsweredWithTheOneThatIsThere()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        using var ada = app.ClientOf(PlatformId.New("usr"));
        using var bob = app.ClientOf(PlatformId.New("usr"));

        var first = await ada.SubmitAsync(Unique(1, new { @while = "both", key = "report" }), "");
        using var again = await ada.PostTaskAsync("", Unique(2, new { @while = "both", key = "report" }), "k-1");
        using var replay = await ada.PostTaskAsync("", Unique(2, new { @while = "both", key = "report" }), "k-1");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Accepted), (again.StatusCode, replay.StatusCode));
        Assert.Equal($"/v1/tasks/{first}", again.Headers.Location!.ToString());
        Assert.Equal(first, (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        Assert.Equal(first, (await replay.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        Assert.NotEqual(first, await bob.SubmitAsync(Unique(1, new { @while = "both", key = "report" }), ""));
        Assert.NotEqual(await ada.SubmitAsync(Unique(1, new { }), ""), await ada.SubmitAsync(Unique(2, new { }), ""));
    }

    [Theory]
    [InlineData("""{"unique":7}""", "unique")]
    [InlineData("""{"unique":{"while":"sometimes"}}""", "unique.while")]
    [InlineData("""{"unique":{"key":""}}""", "unique.key")]
    [InlineData("""{"unique":{"runAgain":"yes"}}""", "unique.runAgain")]
    [InlineData("""{"concurrencyKey":""}""", "concurrencyKey")]
    [InlineData("""{"dependsOn":"tsk_1"}""", "dependsOn")]
    [InlineData("""{"dependsOn":["no id"]}""", "dependsOn")]
    [InlineData("""{"after":"noon"}""", "after")]
    public async Task Submit_OptionThatIsNone_NamesIt(string options, string named)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new TestWork().AddTo).ClientOf("usr_ada");
        var body = JsonSerializer.Deserialize<Dictionary<string, object>>(options)!;
        (body["type"], body["payload"]) = (TestWork.Type, new { });

        var problem = await (await ada.PostTaskAsync("", JsonContent.Create(body))).ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");

        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static JsonContent Unique(int number, object unique) => JsonContent.Create(new { type = TestWork.Type, payload = new { number }, unique });

    private static Task<string> EnqueueAsync(TaskServiceApp app, UniqueWhile state, bool again = false) => app.Get<TaskClient>().EnqueueAsync(
        TestWork.Type, new TestPayload(), new EnqueueOptions { Unique = new TaskUniqueness { While = state, Key = "one", RunAgain = again } });

    private static async Task<bool> HoldsAsync(Surroundings platform, string id) =>
        await platform.Database.HashGetAsync(platform.Key($"item:v1:{{default}}:{id}"), "status") == "running"
        && await platform.Database.SetContainsAsync(Assert.Single(platform.Keys("unique")), id);

    private static Task StatusAsync(TaskServiceApp app, string id, TaskState state) => Eventually.TrueAsync(
        async () => (await app.Get<TaskStore>().FindAsync(id, CancellationToken.None))!.Status == state, Longest, $"{id} is {state}");
}
