using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

/// <summary>What one task tells of itself beside its state.</summary>
public sealed class TaskDetailTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Get_ATaskThatWaits_TellsForWhatAndWithWhatItWasSubmitted()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo, settings: ("Tasks:TurnsPerUser", "3"));
        using var ada = app.ClientOf("usr_ada");
        using var admin = app.AdminClient();
        var first = await SubmitAsync(ada, new { type = TestWork.Type, payload = new { number = 1 }, concurrencyKey = "account" });
        var behind = await SubmitAsync(ada, new { type = TestWork.Type, payload = new { number = 2 }, concurrencyKey = "account" });
        var after = await SubmitAsync(ada, new { type = TestWork.Type, payload = new { number = 3 }, dependsOn = new[] { first, behind } });
        await ada.SubmitAsync(TestWork.Type, new { number = 4 });
        await ada.SubmitAsync(TestWork.Type, new { number = 5 });
        var late = await ada.SubmitAsync(TestWork.Type, new { number = 6 });
        var batch = await app.Get<TaskClient>().EnqueueBatchAsync(
            [new BatchTask(TestWork.Type, new TestPayload(7))], new BatchCompletion(new BatchTask(TestWork.Type, new TestPayload(8))), new EnqueueOptions { Owner = "usr_ada" });

        Assert.Equal("""{"number":1}""", (await ada.TaskAsync(first)).GetProperty("payload").GetRawText());
        Assert.Equal("""{"number":1}""", (await admin.TaskAsync(first)).GetProperty("payload").GetRawText());
        Assert.False((await ada.TaskAsync(first)).TryGetProperty("parked", out _));
        Assert.Equal("key", (await ada.TaskAsync(behind)).GetProperty("parked").GetString());
        Assert.Equal("turns", (await ada.TaskAsync(late)).GetProperty("parked").GetString());
        var waiting = await ada.TaskAsync(after);
        Assert.Equal(2, waiting.GetProperty("waitsFor").GetInt32());
        Assert.Equal([first, behind], waiting.GetProperty("dependsOn").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(batch.Id, (await ada.TaskAsync(batch.TaskIds[0])).GetProperty("batch").GetString());
        Assert.Equal(batch.Id, Assert.Single((await ada.TaskAsync(batch.CompletionId!)).GetProperty("dependsOn").EnumerateArray()).GetString());
        var list = await ada.GetFromJsonAsync<JsonElement>("/v1/tasks");
        Assert.All(list.GetProperty("items").EnumerateArray(), task => Assert.False(task.TryGetProperty("payload", out _)));
    }

    [Fact]
    public async Task Batch_OfAPerson_TellsThemHowFarItHasCome()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Options = new TaskTypeOptions { MaxAttempts = 2 },
            Run = (payload, _, _) => payload.Number == 1 ? throw new TaskRetryException("too_busy", "Busy.", TimeSpan.Zero) : Task.FromResult(TaskOutcome.None),
        };
        var front = platform.StartApp(withWorker: false, services: work.AddTo);
        using var ada = front.ClientOf("usr_ada");
        using var bob = front.ClientOf("usr_bob");
        using var admin = front.AdminClient();
        var batch = await front.Get<TaskClient>().EnqueueBatchAsync(
            [.. Enumerable.Range(0, 3).Select(i => new BatchTask(TestWork.Type, new TestPayload(i)))], options: new EnqueueOptions { Owner = "usr_ada" });
        Assert.Equal(("open", 3), Told(await ada.GetFromJsonAsync<JsonElement>($"/v1/tasks/batches/{batch.Id}")));

        platform.StartApp(services: work.AddTo);
        await Eventually.TrueAsync(
            async () => Told(await ada.GetFromJsonAsync<JsonElement>($"/v1/tasks/batches/{batch.Id}")).Status == "failed", TimeSpan.FromSeconds(30), "it has ended");

        var told = await admin.GetFromJsonAsync<JsonElement>($"/v1/tasks/batches/{batch.Id}");
        Assert.Equal((2, 1, "usr_ada"), (told.GetProperty("succeeded").GetInt32(), told.GetProperty("failed").GetInt32(), told.GetProperty("owner").GetString()));
        await (await bob.GetAsync($"/v1/tasks/batches/{batch.Id}")).ProblemAsync(HttpStatusCode.NotFound, "batch_not_found");

        // What it died of is told beside that it did, and found by.
        var error = (await ada.TaskAsync(batch.TaskIds[1])).GetProperty("error");
        Assert.Equal(("attempts_exhausted", "too_busy"), (error.GetProperty("code").GetString(), error.GetProperty("lastCode").GetString()));
        var dead = await admin.GetFromJsonAsync<JsonElement>("/v1/tasks/dead?error=too_busy");
        Assert.Equal(batch.TaskIds[1], Assert.Single(dead.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
    }

    private static (string? Status, int Total) Told(JsonElement batch) => (batch.GetProperty("status").GetString(), batch.GetProperty("total").GetInt32());

    private static Task<string> SubmitAsync(HttpClient client, object body) => client.SubmitAsync(JsonContent.Create(body), "");
}
