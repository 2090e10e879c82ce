using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Tasks.Schedules;
using Platform.TestKit;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Schedules;

public sealed class SchedulesApiTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_IsMadeReadListedChangedAndDeleted()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = Start(platform).ClientOf("usr_root", "admin");

        using var made = await PutAsync(admin, "reports", new { cron = "0 3 * * *", timeZone = "Asia/Kathmandu", type = "test", payload = new { number = 7 } });
        Assert.Equal((HttpStatusCode.Created, "/v1/schedules/reports"), (made.StatusCode, made.Headers.Location?.ToString()));
        using var read = await admin.GetAsync("/v1/schedules/reports", Stop);
        Assert.Equal(made.Headers.ETag, read.Headers.ETag);
        var schedule = await read.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("""{"number":7}""", schedule.GetProperty("payload").GetRawText());
        Assert.Equal(
            ("default", "normal", "once", 100, true, false),
            (schedule.Text("queue"), schedule.Text("priority"), schedule.Text("missedRuns"), schedule.GetProperty("missedRunsCap").GetInt32(),
                schedule.GetProperty("enabled").GetBoolean(), schedule.GetProperty("registered").GetBoolean()));

        // 03:00 there is 21:15 UTC, every day of the year.
        var next = schedule.GetProperty("nextRuns").EnumerateArray().Select(slot => slot.GetDateTimeOffset()).ToArray();
        Assert.Equal(5, next.Length);
        Assert.All(next, slot => Assert.Equal(new TimeSpan(21, 15, 0), slot.TimeOfDay));
        Assert.Equal(Enumerable.Range(0, 5).Select(day => next[0].AddDays(day)), next);

        using var changed = await PutAsync(admin, "reports", new { cron = "@hourly", type = "test", payload = new { }, enabled = false });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(made.Headers.ETag, changed.Headers.ETag);
        Assert.Empty((await changed.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("nextRuns").EnumerateArray());
        Assert.Equal(0, await platform.Database.SortedSetLengthAsync(platform.Key("schedules-due:v1:{default}")));

        await PutAsync(admin, "a-first", new { cron = "@hourly", type = "test", payload = new { } });
        var page = await admin.GetFromJsonAsync<JsonElement>("/v1/schedules?limit=1", Stop);
        Assert.Equal("a-first", page.Text("nextCursor"));
        page = await admin.GetFromJsonAsync<JsonElement>("/v1/schedules?limit=2&cursor=a-first", Stop);
        Assert.Equal("reports", Assert.Single(page.GetProperty("items").EnumerateArray()).Text("name"));

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/v1/schedules/reports", Stop)).StatusCode);
        await (await admin.GetAsync("/v1/schedules/reports", Stop)).ProblemAsync(HttpStatusCode.NotFound, "schedule_not_found");
        await (await admin.DeleteAsync("/v1/schedules/reports", Stop)).ProblemAsync(HttpStatusCode.NotFound, "schedule_not_found");
        Assert.Equal("a-first", Assert.Single(await platform.Database.SortedSetRangeByRankAsync(platform.Key("schedule-names:v1:{default}"))));
    }

    [Fact]
    public async Task Put_WithAPrecondition_IsDoneOnlyIfItHolds()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = Start(platform).ClientOf("usr_root", "admin");
        var body = new { cron = "@daily", type = "test", payload = new { } };

        await (await PutAsync(admin, "reports", body, ifMatch: "*")).ProblemAsync(HttpStatusCode.PreconditionFailed, "schedule_changed");
        using var made = await PutAsync(admin, "reports", body, ifNoneMatch: "*");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await (await PutAsync(admin, "reports", body, ifNoneMatch: "*")).ProblemAsync(HttpStatusCode.PreconditionFailed, "schedule_changed");

        using var changed = await PutAsync(admin, "reports", body, ifMatch: made.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        await (await PutAsync(admin, "reports", body, ifMatch: made.Headers.ETag!.ToString())).ProblemAsync(HttpStatusCode.PreconditionFailed, "schedule_changed");
        using var delete = new HttpRequestMessage(HttpMethod.Delete, "/v1/schedules/reports");
        delete.Headers.IfMatch.Add(made.Headers.ETag!);
        await (await admin.SendAsync(delete, Stop)).ProblemAsync(HttpStatusCode.PreconditionFailed, "schedule_changed");
    }

    [Fact]
    public async Task Put_ByManyAtOnce_EachIsDone()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = Start(platform).ClientOf("usr_root", "admin");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            PutAsync(admin, "reports", new { cron = "@daily", type = "test", payload = new { number = i } })));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
    }

    [Theory]
    [InlineData("""{"cron":"0 0 12 * * ?"}""", "invalid_cron", "There are 6 fields; write five")]
    [InlineData("""{"cron":"0 24 * * *"}""", "invalid_cron", "In the field hour, '24' is not one of 0 to 23")]
    [InlineData("""{"cron":"0 0 30 2 *"}""", "invalid_cron", "check the day of month against the month")]
    [InlineData("""{"cron":null}""", "invalid_cron", "write five")]
    [InlineData("""{"timeZone":"Europe/Atlantis"}""", "unknown_time_zone", "Set timeZone to an IANA name, such as Europe/Berlin")]
    [InlineData("""{"type":"unheard-of"}""", "unknown_type", "Set type to one of: export-user-data, http-request, pseudonymize-records, purge-expired, send-notification, test.")]
    [InlineData("""{"type":""}""", "missing_type", "Set type to one of:")]
    [InlineData("""{"type":"pseudonymize-records"}""", "type_needs_records", "name a type that takes a payload alone")]
    [InlineData("""{"payload":[1]}""", "invalid_json", "Set payload to an object.")]
    [InlineData("""{"payload":{"number":"many"}}""", "invalid_json", "does not fit the type test at $.number")]
    [InlineData("""{"queue":"unheard-of"}""", "unknown_queue", "Set queue to one of: default.")]
    public async Task Put_OfWhatCannotBe_SaysWhatToChange(string change, string code, string expected)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = Start(platform).ClientOf("usr_root", "admin");
        var body = new Dictionary<string, JsonElement>
        {
            ["cron"] = JsonSerializer.SerializeToElement("@daily"), ["type"] = JsonSerializer.SerializeToElement("test"),
            ["payload"] = JsonSerializer.SerializeToElement(new { }),
        };
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(change)!)
        {
            body[name] = value;
        }

        var problem = await (await PutAsync(admin, "reports", body)).ProblemAsync(HttpStatusCode.BadRequest, code);

        Assert.Contains(expected, problem.Text("detail"), StringComparison.Ordinal);
        Assert.Empty(platform.Keys("schedule"));
    }

    [Fact]
    public async Task Put_NameOrNumberOutOfBounds_IsRefused()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = Start(platform, ("Tasks:Schedules:MostSchedules", "1")).ClientOf("usr_root", "admin");
        var body = new { cron = "@daily", type = "test", payload = new { text = new string('x', 65_536) } };

        await (await PutAsync(admin, "Reports_1", body)).ProblemAsync(HttpStatusCode.BadRequest, "invalid_name");
        await (await PutAsync(admin, "reports", body)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
        await PutAsync(admin, "reports", new { cron = "@daily", type = "test", payload = new { } });
        await (await PutAsync(admin, "others", new { cron = "@daily", type = "test", payload = new { } })).ProblemAsync(HttpStatusCode.Conflict, "too_many_schedules");
    }

    [Fact]
    public async Task Run_Now_EnqueuesATaskThatRuns_AndShowsItAmongTheLastRuns()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        using var admin = platform.StartApp(services: work.AddTo).ClientOf("usr_root", "admin");
        await PutAsync(admin, "reports", new { cron = "@yearly", type = "test", payload = new { number = 7 }, enabled = false });

        using var run = new HttpRequestMessage(HttpMethod.Post, "/v1/schedules/reports/run") { Headers = { { "Idempotency-Key", "run-1" } } };
        using var accepted = await admin.SendAsync(run, Stop);
        using var again = new HttpRequestMessage(HttpMethod.Post, "/v1/schedules/reports/run") { Headers = { { "Idempotency-Key", "run-1" } } };
        using var replayed = await admin.SendAsync(again, Stop);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var taskId = (await accepted.Content.ReadFromJsonAsync<JsonElement>(Stop)).Text("taskId");
        Assert.Equal(taskId, (await replayed.Content.ReadFromJsonAsync<JsonElement>(Stop)).Text("taskId"));
        await Eventually.TrueAsync(
            async () =>
            {
                var schedule = await admin.GetFromJsonAsync<JsonElement>("/v1/schedules/reports", Stop);
                var last = Assert.Single(schedule.GetProperty("lastRuns").EnumerateArray());
                Assert.Equal((taskId, true), (last.Text("taskId"), last.GetProperty("manual").GetBoolean()));
                return last.Text("status") == "succeeded";
            },
            TimeSpan.FromSeconds(30), "the run has succeeded");
        Assert.Equal([(7, 1)], work.Ledger);
    }

    [Fact]
    public async Task LastRuns_AreTheLastFive_NewestFirst()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = Start(platform);
        using var admin = app.ClientOf("usr_root", "admin");
        var start = ScheduleScene.Utc("2026-05-04 12:00");
        await app.Get<ScheduleStore>().AddAsync("reports", ScheduleScene.Definition("0 * * * *"), start);
        for (var hour = 1; hour <= 7; hour++)
        {
            await app.Get<Scheduler>().RunDueAsync(start.AddHours(hour), Stop);
        }

        var schedule = await admin.GetFromJsonAsync<JsonElement>("/v1/schedules/reports", Stop);

        Assert.Equal(
            Enumerable.Range(3, 5).Reverse().Select(hour => start.AddHours(hour)),
            schedule.GetProperty("lastRuns").EnumerateArray().Select(run => run.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(start.AddHours(8), schedule.GetProperty("nextRuns")[0].GetDateTimeOffset());
    }

    [Fact]
    public async Task Put_OfAnotherPayloadWhileASlotIsDue_KeepsTheSlot_AndOfOtherTimesDoesNot()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = Start(platform);
        using var admin = app.ClientOf("usr_root", "admin");
        var store = app.Get<ScheduleStore>();
        var (now, _) = await store.FirstDueAsync(Stop);
        await store.AddAsync("reports", ScheduleScene.Definition("0 * * * *"), now.AddHours(-2));
        var due = (await store.FindAsync("reports", Stop))!.Next;

        await PutAsync(admin, "reports", new { cron = "0 * * * *", type = "test", payload = new { number = 1 } });
        Assert.Equal(due, (await store.FindAsync("reports", Stop))!.Next);

        await PutAsync(admin, "reports", new { cron = "30 * * * *", type = "test", payload = new { number = 1 } });
        Assert.True((await store.FindAsync("reports", Stop))!.Next > now);
    }

    private static TaskServiceApp Start(Surroundings platform, params (string Key, string Value)[] settings) =>
        platform.StartApp(withWorker: false, new TestWork().AddTo, settings);

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string name, object body, string? ifMatch = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/schedules/{name}") { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return await client.SendAsync(request, Stop);
    }
}

internal static class ScheduleJson
{
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();
}
