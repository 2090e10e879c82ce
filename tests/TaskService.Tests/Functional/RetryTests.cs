using System.Net;
using System.Text.Json;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Unique;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class RetryTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Retry_Dead_BeginsAnewWithHigherFences_AndTellsOfEveryAttempt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var (isBroken, fences) = (true, new List<long>());
        var work = new TestWork
        {
            Run = (_, context, _) =>
            {
                fences.Add(context.Fence);
                return isBroken ? throw new TaskRetryException("too_busy", "It was too busy.", TimeSpan.FromMilliseconds(10)) : Task.FromResult(TaskOutcome.None);
            },
        };
        var app = platform.StartApp(services: work.AddTo, settings: ("Tasks:MaxAttempts", "2"));
        using var ada = app.ClientOf("usr_ada");
        using var admin = app.AdminClient();
        var id = await ada.SubmitAsync(TestWork.Type, new { });
        var dead = await ada.WaitForAsync(id, "dead");
        Assert.Equal($"/v1/tasks/{id}/retry", dead.GetProperty("links").GetProperty("retry").GetString());
        Assert.Equal(1, await platform.Database.SortedSetLengthAsync(platform.Key("dead:v1:{default}")));

        isBroken = false;
        using var answer = await ada.PostAsync($"/v1/tasks/{id}/retry", null);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.Equal((1, 1), (task.GetProperty("attempt").GetInt32(), task.GetProperty("retries").GetInt32()));
        Assert.Equal(0, await platform.Database.SortedSetLengthAsync(platform.Key("dead:v1:{default}")));
        Assert.Equal(fences.Order().Distinct(), fences);
        Assert.Equal(
            [(1, "retried", "too_busy"), (2, "dead", "attempts_exhausted"), (1, "succeeded", null)],
            task.GetProperty("attempts").EnumerateArray().Select(attempt => (
                attempt.GetProperty("attempt").GetInt32(), attempt.GetProperty("status").GetString()!,
                attempt.GetProperty("error").ValueKind == JsonValueKind.Null ? null : attempt.GetProperty("error").GetProperty("code").GetString())));
        var timeline = task.GetProperty("timeline").EnumerateArray().Select(moment => moment.GetProperty("event").GetString()).ToArray();
        Assert.Equal(("submitted", "finished", 8), (timeline[0], timeline[^1], timeline.Length));

        // Who ran it is the administrators' to know.
        Assert.All(task.GetProperty("attempts").EnumerateArray(), attempt => Assert.Equal(JsonValueKind.Null, attempt.GetProperty("worker").ValueKind));
        var seen = await admin.TaskAsync(id);
        Assert.Equal("usr_ada", seen.GetProperty("owner").GetString());
        Assert.All(seen.GetProperty("attempts").EnumerateArray(), attempt => Assert.NotEqual("", attempt.GetProperty("worker").GetString()));
        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey($"{id}-1"), Longest, "the owner is told of the new end too");
    }

    [Fact]
    public async Task Retry_OfAUniqueTask_WaitsUntilNoneThatIsTheSameIsOpen()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var (isBroken, goOn) = (true, new TaskCompletionSource());
        var work = new TestWork
        {
            Run = async (_, _, cancellationToken) =>
            {
                if (isBroken)
                {
                    throw new TaskRetryException("too_busy", "It was too busy.", retryAfter: null);
                }

                await goOn.Task.WaitAsync(cancellationToken);
                return TaskOutcome.None;
            },
        };
        var app = platform.StartApp(services: work.AddTo, settings: ("Tasks:MaxAttempts", "1"));
        using var ada = app.ClientOf("usr_ada");
        var unique = new EnqueueOptions { Owner = "usr_ada", Unique = new TaskUniqueness() };
        var dead = await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(1), unique);
        await ada.WaitForAsync(dead, "dead");
        isBroken = false;
        var open = await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(1), unique);

        await (await ada.PostAsync($"/v1/tasks/{dead}/retry", null)).ProblemAsync(HttpStatusCode.Conflict, "task_open_already");
        Assert.Equal("dead", (await ada.TaskAsync(dead)).Status());

        goOn.SetResult();
        await ada.WaitForAsync(open, "succeeded");
        goOn = new TaskCompletionSource();
        (await ada.PostAsync($"/v1/tasks/{dead}/retry", null)).EnsureSuccessStatusCode();
        Assert.Equal(dead, await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(1), unique));
        goOn.SetResult();
        await ada.WaitForAsync(dead, "succeeded");
    }

    [Fact]
    public async Task Retry_OfAPlainTask_ByAnAdministrator_RunsItAgain()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var isBroken = true;
        var work = new TestWork { Run = (_, _, _) => isBroken ? throw new TaskFailedException("no_use", "It is of no use.") : Task.FromResult(TaskOutcome.None) };
        var app = platform.StartApp(services: work.AddTo);
        using var admin = app.AdminClient();
        var id = await app.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(7));
        await admin.WaitForAsync(id, "failed");

        isBroken = false;
        (await admin.PostAsync($"/v1/tasks/{id}/retry", null)).EnsureSuccessStatusCode();
        await admin.WaitForAsync(id, "succeeded");

        Assert.Equal([(7, 1), (7, 1)], work.Ledger);
        await (await admin.PostAsync($"/v1/tasks/{id}/retry", null)).ProblemAsync(HttpStatusCode.Conflict, "task_not_retryable");
        using var ada = app.ClientOf("usr_ada");
        await (await ada.PostAsync($"/v1/tasks/{id}/retry", null)).ProblemAsync(HttpStatusCode.NotFound, "task_not_found");
    }

    [Fact]
    public async Task Retry_Cancelled_RunsIt_UnlessItsRecordsWentWithIt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        using var ada = platform.StartApp(withWorker: false, services: work.AddTo).ClientOf("usr_ada");
        var plain = await ada.SubmitAsync(TestWork.Type, new { });
        var records = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        await ada.PostAsync($"/v1/tasks/{plain}/cancel", null);
        await ada.PostAsync($"/v1/tasks/{records}/cancel", null);

        Assert.Equal(JsonValueKind.String, await RetryLinkAsync(plain));
        Assert.Equal(JsonValueKind.Null, await RetryLinkAsync(records));
        await (await ada.PostAsync($"/v1/tasks/{records}/retry", null)).ProblemAsync(HttpStatusCode.Conflict, "records_expired");
        (await ada.PostAsync($"/v1/tasks/{plain}/retry", null)).EnsureSuccessStatusCode();
        Assert.Equal("queued", (await ada.TaskAsync(plain)).Status());

        platform.StartApp(services: work.AddTo);
        await ada.WaitForAsync(plain, "succeeded");
        Assert.Equal("cancelled", (await ada.TaskAsync(records)).Status());

        async Task<JsonValueKind> RetryLinkAsync(string id) => (await ada.TaskAsync(id)).GetProperty("links").GetProperty("retry").ValueKind;
    }

    [Fact]
    public async Task Attempt_WhoseWorkerDied_IsToldOfAsLost()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        using var ada = app.ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TestWork.Type, new { });
        var entry = Assert.Single(await app.Get<Platform.Tasks.Queues.TaskQueue>().TakeAsync(1, CancellationToken.None));
        await app.Get<Platform.Tasks.Processing.TaskDeliveries>().StartAsync(entry, "who died", CancellationToken.None);
        var running = Assert.Single((await ada.TaskAsync(id)).GetProperty("attempts").EnumerateArray());
        Assert.Equal(("running", JsonValueKind.Null), (running.GetProperty("status").GetString(), running.GetProperty("endedAt").ValueKind));

        platform.StartApp(services: new TestWork().AddTo);

        var task = await ada.WaitForAsync(id, "succeeded");
        Assert.Equal(["lost", "succeeded"], task.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task History_OfManyAttempts_KeepsTheLastTwenty()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Run = (_, _, _) => throw new TaskRetryException("again", "Again.", TimeSpan.Zero) };
        using var ada = platform.StartApp(services: work.AddTo, settings: ("Tasks:MaxAttempts", "23")).ClientOf("usr_ada");

        var task = await ada.WaitForAsync(await ada.SubmitAsync(TestWork.Type, new { }), "dead");

        Assert.Equal(Enumerable.Range(4, 20), task.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("attempt").GetInt32()));
    }
}
