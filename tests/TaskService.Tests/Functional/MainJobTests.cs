using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Contracts;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class MainJobTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Submit_ThousandRecords_EndsWithEachOnceInOrderAndTellsTheOwner()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(1000), "application/x-ndjson"));
        var events = await platform.RunWatchedAsync(ada, id);

        Assert.Equal("status", events[0].Event);
        Assert.Equal("done", events[^1].Event);
        Assert.Equal("succeeded", events[^1].Data.Status());
        var done = events.Where(one => one.Event == "progress").Select(one => one.Data.GetProperty("done").GetInt64()).ToArray();
        Assert.InRange(done.Length, 5, 1000);
        Assert.Equal(done.Order(), done);
        Assert.Equal(1000, done[^1]);

        var task = await ada.TaskAsync(id);
        var outcome = task.GetProperty("outcome");
        Assert.Equal((1000, 1000, 0), (outcome.GetProperty("records").GetInt32(), outcome.GetProperty("replaced").GetInt32(), outcome.GetProperty("rejected").GetInt32()));
        Assert.Equal(1, task.GetProperty("attempt").GetInt32());

        var result = await ada.ResultAsync(id);
        Assert.Equal(Enumerable.Range(0, 1000), Records.Numbers(result));
        Assert.Equal(task.GetProperty("resultLength").GetInt64(), Encoding.UTF8.GetByteCount(result));
        Assert.Contains(FakeServices.Pseudonym($"request:{id}", "person999@example.com"), result, StringComparison.Ordinal);
        Assert.DoesNotContain("\"email\":\"person", result, StringComparison.Ordinal);
        Assert.All(platform.Fakes.PseudonymizeQueries, query => Assert.Contains("owner=usr_ada", query, StringComparison.Ordinal));

        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey(id), TimeSpan.FromSeconds(30), "the owner is told");
        var told = platform.Fakes.Notifications[id];
        Assert.Equal(("usr_ada", "task.completed"), (told.UserId, told.Category));
        Assert.Empty(platform.Keys("input"));
        await Eventually.TrueAsync(
            async () => await platform.Database.StreamLengthAsync(platform.Key("outbox:v1:{default}")) == 0, TimeSpan.FromSeconds(10), "the outbox is empty");
        Assert.Equal(0, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")));
        Assert.DoesNotContain(platform.Log.Lines, line => line.Text.Contains('@'));
    }

    [Fact]
    public async Task Submit_SampleOfEveryAwkwardKind_KeepsAllButTheNamedFields()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp().ClientOf("usr_ada");
        var sample = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "samples", "customers.ndjson"));
        Assert.Equal(1000, sample.Length);

        var id = await ada.SubmitAsync(TaskCalls.NdJson(string.Join('\n', sample)));
        await ada.WaitForAsync(id, "succeeded");

        var result = (await ada.ResultAsync(id)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(sample.Length, result.Length);
        for (var i = 0; i < sample.Length; i++)
        {
            Assert.Equal(WithoutEmail(sample[i]), WithoutEmail(result[i]));
        }

        static string WithoutEmail(string line)
        {
            var record = JsonNode.Parse(line)!.AsObject();
            record.Remove("email");
            return record.ToJsonString();
        }
    }

    [Fact]
    public async Task Submit_Csv_GivesCsvWithItsQuotesAndLineEnds()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp().ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TaskCalls.Csv("\uFEFFname,email,\"a note\"\r\n\"Ada, the first\",ada@example.com,\"two\r\nlines \"\"q\"\"\"\r\nshort,row\r\nBob,,x\r\n"));
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.Equal(
            $"name,email,\"a note\"\r\n\"Ada, the first\",{FakeServices.Pseudonym($"request:{id}", "ada@example.com")},\"two\r\nlines \"\"q\"\"\"\r\nBob,{FakeServices.Pseudonym($"request:{id}", "")},x\r\n",
            await ada.ResultAsync(id));
        var error = Assert.Single(task.GetProperty("outcome").GetProperty("errors").EnumerateArray());
        Assert.Equal((4, "wrong_column_count"), (error.GetProperty("line").GetInt64(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Submit_FormWithOptionsAroundTheFile_IsTheSameTask()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp().ClientOf("usr_ada");
        using var form = new MultipartFormDataContent
        {
            { new StringContent("pseudonymize-records"), "type" },
            { TaskCalls.Content("{\"email\":\"a@example.com\",\"n\":1}\n"u8.ToArray(), "application/octet-stream"), "file", "customers.ndjson" },
            { new StringContent("email"), "field" },
            { new StringContent("n"), "field" },
            { new StringContent("false"), "detect" },
        };

        var id = await ada.SubmitAsync(form, options: "");
        await ada.WaitForAsync(id, "succeeded");

        Assert.Equal($"{{\"email\":\"{FakeServices.Pseudonym($"request:{id}", "a@example.com")}\",\"n\":1}}\n", await ada.ResultAsync(id));
        Assert.Contains("field=email&field=n", Assert.Single(platform.Fakes.PseudonymizeQueries), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_JsonDocument_TakesItsRecords()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp().ClientOf("usr_ada");
        using var content = TaskCalls.Content(
            "{\"type\":\"pseudonymize-records\",\"payload\":{\"fields\":[\"email\"],\"records\":[\n {\"email\":\"é@example.com\", \"big\": 12345678901234567890.10 },\n{}]}}"u8.ToArray(),
            "application/json");

        var id = await ada.SubmitAsync(content, options: "");
        await ada.WaitForAsync(id, "succeeded");

        Assert.Equal(
            $"{{\"email\":\"{FakeServices.Pseudonym($"request:{id}", "é@example.com")}\",\"big\":12345678901234567890.10}}\n{{}}\n", await ada.ResultAsync(id));
    }

    [Fact]
    public async Task Submit_LinesThatCannotBeRead_AreCountedAndNamedAndTheOthersDone()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp().ClientOf("usr_ada");

        // The last is JSON, but PrivacyService refuses it: found among the others by halving.
        var lines = Enumerable.Range(0, 400).Select(i => $"{{\"number\":{i}}}").ToArray();
        (lines[3], lines[250], lines[320]) = ("{\"number\":3,", "[250]", "{\"unreadable\":true}");
        var id = await ada.SubmitAsync(TaskCalls.NdJson(string.Join("\r\n", lines)));
        var task = await ada.WaitForAsync(id, "succeeded");

        var outcome = task.GetProperty("outcome");
        Assert.Equal((400, 3), (outcome.GetProperty("records").GetInt32(), outcome.GetProperty("rejected").GetInt32()));
        Assert.Equal(
            [(4L, "invalid_json"), (251L, "not_an_object"), (321L, "refused")],
            outcome.GetProperty("errors").EnumerateArray().Select(error => (error.GetProperty("line").GetInt64(), error.GetProperty("code").GetString()!)));
        Assert.Equal(Enumerable.Range(0, 400).Except([3, 250, 320]), Records.Numbers(await ada.ResultAsync(id)));
    }

    [Fact]
    public async Task Submit_RefusedByPrivacyService_FailsWithItsReasonAndTellsTheOwner()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        platform.Fakes.OnPseudonymize = _ => Task.FromResult(422);
        using var ada = platform.StartApp().ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        var task = await ada.WaitForAsync(id, "failed");

        Assert.Equal("http_422", task.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(1, task.GetProperty("attempt").GetInt32());
        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey(id), TimeSpan.FromSeconds(30), "the owner is told");
        Assert.Equal("task.failed", platform.Fakes.Notifications[id].Category);
    }

    [Fact]
    public async Task List_MyTasks_PagesNewestFirstAndFilters()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        using var ada = app.ClientOf("usr_ada");
        using var bob = app.ClientOf("usr_bob");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await ada.SubmitAsync(TaskCalls.NdJson("{}")));
        }

        // Two of one millisecond have no order but that of their ids.
        ids = [.. ids.OrderByDescending(PlatformId.TimeOf).ThenByDescending(id => id, StringComparer.Ordinal)];
        await ada.PostAsync($"/v1/tasks/{ids[2]}/cancel", null);
        await bob.SubmitAsync(TaskCalls.NdJson("{}"));

        var first = await ada.GetFromJsonAsync<JsonElement>("/v1/tasks?limit=2");
        var second = await ada.GetFromJsonAsync<JsonElement>($"/v1/tasks?limit=100&cursor={first.GetProperty("nextCursor").GetString()}");
        var cancelled = await ada.GetFromJsonAsync<JsonElement>("/v1/tasks?status=cancelled&type=pseudonymize-records");

        Assert.Equal(ids[..2], Ids(first));
        Assert.Equal(ids[2..], Ids(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
        Assert.Equal(ids[2..3], Ids(cancelled));
        await (await ada.GetAsync("/v1/tasks?status=done")).ProblemAsync(System.Net.HttpStatusCode.BadRequest, "invalid_status");
        await (await ada.GetAsync("/v1/tasks?cursor=x")).ProblemAsync(System.Net.HttpStatusCode.BadRequest, "invalid_cursor");

        static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!);
    }

    [Fact]
    public async Task AnyCall_WithoutTokenOrForAnothersTask_IsRefused()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        using var ada = app.ClientOf("usr_ada");
        using var bob = app.ClientOf("usr_bob");
        using var nobody = app.CreateClient();
        var id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));

        foreach (var path in new[] { $"/v1/tasks/{id}", $"/v1/tasks/{id}/result", $"/v1/tasks/{id}/events", "/v1/tasks/tsk_x", "/v1/tasks/tsk_x/events" })
        {
            await (await bob.GetAsync(path)).ProblemAsync(System.Net.HttpStatusCode.NotFound, "task_not_found");
            using var refused = await nobody.GetAsync(path);
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.First().Scheme);
        }

        await (await bob.PostAsync($"/v1/tasks/{id}/cancel", null)).ProblemAsync(System.Net.HttpStatusCode.NotFound, "task_not_found");
        Assert.Equal("queued", (await ada.TaskAsync(id)).Status());
    }
}
