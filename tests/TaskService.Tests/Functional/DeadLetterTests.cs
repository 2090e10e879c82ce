using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts;
using Platform.Tasks;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Queues;
using Platform.TestKit;
using StackExchange.Redis;

namespace TaskService.Tests.Functional;

public sealed class DeadLetterTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly DateTimeOffset Day = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeMilliseconds());

    /// <summary>What is put back waits where nobody takes it.</summary>
    private static readonly (string, string)[] Settings = [("Tasks:Queues:0", "default"), ("Tasks:Queues:1", "aside"), ("Tasks:Serves:0", "default")];

    [Fact]
    public async Task List_ByTypeErrorAndTime_ShowsThoseInPagesTheLatestFirst()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, settings: Settings);
        using var admin = app.AdminClient();
        var mail = await DieAsync(platform, app, 5, "mail", "attempts_exhausted", "Given up after attempt 5: The server said 421.", Day);
        var report = await DieAsync(platform, app, 3, "report", "unknown_type", "No worker knows it.", Day.AddHours(1));
        await platform.Database.SortedSetAddAsync(app.Get<TaskKeys>().Dead, PlatformId.New("tsk"), Day.AddHours(2).ToUnixTimeMilliseconds());

        // All of one kind died in the same moment.
        Assert.Equal([.. report.OrderDescending(StringComparer.Ordinal), .. mail.OrderDescending(StringComparer.Ordinal)], await ListAsync(admin, "limit=2"));
        Assert.Equal(mail.OrderDescending(StringComparer.Ordinal), await ListAsync(admin, "type=mail"));
        Assert.Equal(mail.Order(StringComparer.Ordinal), (await ListAsync(admin, "error=SAID%20421")).Order(StringComparer.Ordinal));
        Assert.Equal(3, (await ListAsync(admin, "error=unknown_type")).Count);
        Assert.Equal(3, (await ListAsync(admin, $"from={Day.AddHours(1):O}".Replace("+", "%2B", StringComparison.Ordinal))).Count);
        Assert.Equal(5, (await ListAsync(admin, $"to={Day.AddHours(1):O}&limit=1".Replace("+", "%2B", StringComparison.Ordinal))).Count);
        Assert.Empty(await ListAsync(admin, "type=mail&error=unknown_type"));
        await (await admin.GetAsync("/v1/tasks/dead?cursor=1-tsk")).ProblemAsync(HttpStatusCode.BadRequest, "invalid_cursor");
    }

    [Fact]
    public async Task Replay_OfTenThousand_IsOneCallWithProgress_AndLeavesTheOthers()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, settings: Settings);
        using var admin = app.AdminClient();
        var mail = await DieAsync(platform, app, 10_000, "mail", "smtp", "Refused.", Day);
        await DieAsync(platform, app, 10, "report", "smtp", "Refused.", Day);

        using var counted = await admin.PostAsJsonAsync("/v1/tasks/dead/replay", new { type = "mail", dryRun = true });
        Assert.Equal(10_000, (await counted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt64());
        Assert.Equal(10_010, await platform.Database.SortedSetLengthAsync(app.Get<TaskKeys>().Dead));

        using var answer = await admin.PostAsJsonAsync("/v1/tasks/dead/replay", new { type = "mail" });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        var events = await platform.RunWatchedAsync(admin, id, Settings);

        var progress = events.Where(one => one.Event == "progress").Select(one => one.Data).ToArray();
        Assert.InRange(progress.Length, 5, 1000);
        Assert.Equal(progress.Select(one => one.GetProperty("done").GetInt64()).Order(), progress.Select(one => one.GetProperty("done").GetInt64()));
        Assert.Equal((10_000, 100), (progress[^1].GetProperty("total").GetInt64(), progress[^1].GetProperty("percent").GetDouble()));
        Assert.Equal(10_000, events[^1].Data.GetProperty("outcome").GetProperty("replayed").GetInt64());
        Assert.Equal(10, await platform.Database.SortedSetLengthAsync(app.Get<TaskKeys>().Dead));
        await Eventually.TrueAsync(
            async () => await platform.Database.StreamLengthAsync(app.Get<TaskKeys>().Lane("aside.normal")) == 10_000, TimeSpan.FromSeconds(60), "all wait again");
        Assert.Equal("queued", (await admin.TaskAsync(mail[5000])).Status());
    }

    [Fact]
    public async Task Replay_CutShort_GoesOnWithWhatIsLeft_EachOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, settings: Settings);
        using var admin = app.AdminClient();
        var mail = await DieAsync(platform, app, 450, "mail", "smtp", "Refused.", Day);
        using var answer = await admin.PostAsJsonAsync("/v1/tasks/dead/replay", new { });
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        // A worker that put some back and died.
        var entry = Assert.Single(await app.Get<TaskQueue>().TakeAsync(10, CancellationToken.None));
        var delivery = (await app.Get<Platform.Tasks.Processing.TaskDeliveries>().StartAsync(entry, "who died", CancellationToken.None))!;
        var retries = app.Get<Platform.Tasks.Items.TaskRetries>();
        Assert.All((await retries.RetryDeadAsync([.. mail.Take(150).Select(one => new DeadLetter(one, "aside.normal", 0))], delivery, 450, CancellationToken.None))!, outcome => Assert.Equal(Platform.Tasks.Items.RetryOutcome.Queued, outcome));

        // One of these dies again: that is another death, after this replay was asked for.
        await platform.Database.HashSetAsync(app.Get<TaskKeys>().Item(mail[0]), "status", "dead");
        await platform.Database.SortedSetAddAsync(app.Get<TaskKeys>().Dead, mail[0], DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds());

        platform.StartApp(settings: Settings);
        var task = await admin.WaitForAsync(id, "succeeded");

        Assert.Equal((2, 450), (task.GetProperty("attempt").GetInt32(), task.GetProperty("outcome").GetProperty("replayed").GetInt64()));
        Assert.Equal([mail[0]], await ListAsync(admin, ""));
        foreach (var letter in new[] { mail[1], mail[149], mail[150], mail[449] })
        {
            Assert.Equal(1, (await admin.TaskAsync(letter)).GetProperty("retries").GetInt32());
        }

        // The dead one wakes.
        Assert.Null(await retries.RetryDeadAsync([new DeadLetter(mail[0], "aside.normal", 0)], delivery, 450, CancellationToken.None));
        Assert.Equal("dead", (await admin.TaskAsync(mail[0])).Status());
    }

    [Fact]
    public async Task Replay_SentAgainWithItsKey_IsTheSameTask_AndOnlyForAdministrators()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        using var admin = app.AdminClient();
        using var ada = app.ClientOf("usr_ada");
        admin.DefaultRequestHeaders.Add("Idempotency-Key", "replay-1");

        var ids = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await admin.PostAsJsonAsync("/v1/tasks/dead/replay", new { type = "mail" });
            ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        }

        Assert.Equal(ids[0], ids[1]);
        await (await admin.PostAsJsonAsync("/v1/tasks/dead/replay", new { type = "other" })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");

        // A person does not get there by submitting a task of that type.
        var problem = await (await ada.PostTaskAsync("", JsonContent.Create(new { type = "replay-dead-letters", payload = new { } })))
            .ProblemAsync(HttpStatusCode.BadRequest, "unknown_type");
        Assert.DoesNotContain("dead-letters", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Their payloads are the service's own; one that is empty would mean all dead letters.</summary>
    [Theory]
    [InlineData("replay-dead-letters")]
    [InlineData("delete-dead-letters")]
    [InlineData("send-digest")]
    public async Task Types_ThatOnlyCodeEnqueues_AreTakenFromNobody_AndNotOffered(string type)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = platform.StartApp(withWorker: false).AdminClient();

        var single = await admin.PostTaskAsync("", JsonContent.Create(new { type, payload = new { } }));
        var detail = (await single.ProblemAsync(HttpStatusCode.BadRequest, "unknown_type")).GetProperty("detail").GetString();
        Assert.Contains("purge-expired", detail, StringComparison.Ordinal);
        Assert.DoesNotContain(type, detail, StringComparison.Ordinal);
        using var batch = await admin.PostAsJsonAsync("/v1/tasks/batch", new { tasks = new[] { new { type, payload = new { } } } });
        Assert.Equal(1, (await batch.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refused").GetInt32());
        await (await admin.PutAsJsonAsync("/v1/schedules/own", new { cron = "@daily", type, payload = new { } })).ProblemAsync(HttpStatusCode.BadRequest, "unknown_type");
        Assert.Empty(platform.Keys("item"));
    }

    [Fact]
    public async Task Delete_ByFilter_RemovesTasksWithAllThatIsTheirs_AndNoOthers()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(settings: Settings);
        using var admin = app.AdminClient();
        var mail = await DieAsync(platform, app, 300, "mail", "smtp", "Refused.", Day);
        var report = await DieAsync(platform, app, 2, "report", "smtp", "Refused.", Day);
        using var counted = await admin.DeleteAsync("/v1/tasks/dead?type=mail&dryRun=true");
        Assert.Equal(300, (await counted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt64());

        using var answer = await admin.DeleteAsync("/v1/tasks/dead?type=mail");
        var task = await admin.WaitForAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!, "succeeded");

        Assert.Equal(300, task.GetProperty("outcome").GetProperty("deleted").GetInt64());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"/v1/tasks/{mail[0]}")).StatusCode);
        Assert.Equal(report.Order(StringComparer.Ordinal), (await ListAsync(admin, "")).Order(StringComparer.Ordinal));
        Assert.Equal(3, await platform.Database.SortedSetLengthAsync(app.Get<TaskKeys>().Index));
        Assert.Equal(3, platform.Keys("item").Count());
    }

    [Fact]
    public async Task Query_WithAParameterThatIsNone_IsRefusedAndNothingIsDone()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        using var admin = app.AdminClient();
        await DieAsync(platform, app, 2, "mail", "smtp", "Refused.", Day);

        using var deleted = await admin.DeleteAsync("/v1/tasks/dead?typ=mail");
        var detail = (await deleted.ProblemAsync(HttpStatusCode.BadRequest, "unknown_parameter")).GetProperty("detail").GetString();
        Assert.Equal("There is no 'typ'. Send no others in the query than: dryRun, error, from, to, type.", detail);
        foreach (var path in new[]
        {
            "/v1/tasks/dead?errors=smtp", "/v1/tasks?states=dead", "/v1/queues?name=default", "/v1/tasks/stats?type=mail", "/v1/schedules?from=2020-01-01T00:00:00Z",
        })
        {
            await (await admin.GetAsync(path)).ProblemAsync(HttpStatusCode.BadRequest, "unknown_parameter");
        }

        // What belongs into the body is no filter in the query.
        using var replay = await admin.PostAsJsonAsync("/v1/tasks/dead/replay?type=report", new { });
        await replay.ProblemAsync(HttpStatusCode.BadRequest, "unknown_parameter");
        using var pause = await admin.PostAsync("/v1/queues/default/pause?for=00:10:00", null);
        await pause.ProblemAsync(HttpStatusCode.BadRequest, "unknown_parameter");
        Assert.Equal(2, platform.Keys("item").Count());
        Assert.Equal(2, (await ListAsync(admin, "TYPE=mail")).Count);
    }

    private static Task<string[]> DieAsync(Surroundings platform, TaskServiceApp app, int count, string type, string code, string message, DateTimeOffset at) =>
        DeadTasks.AddAsync(platform.Database, app.Get<TaskKeys>(), count, type, code, message, at);

    private static async Task<List<string>> ListAsync(HttpClient client, string query)
    {
        var (found, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/v1/tasks/dead?{query}{(cursor is null ? "" : $"&cursor={cursor}")}");
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(task => task.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return found;
    }
}
