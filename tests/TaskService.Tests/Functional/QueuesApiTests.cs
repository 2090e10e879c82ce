using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks.Batches;
using Platform.Tasks.Client;
using Platform.Tasks.Items;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class QueuesApiTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Pause_AndResume_ShowInTheList()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        using var admin = app.AdminClient();
        await admin.SubmitAsync(TestWork.Type, new { });

        var paused = await PostAsync(admin, "pause", new { @for = "00:10:00" });
        Assert.True(paused.GetProperty("paused").GetBoolean());
        Assert.InRange(paused.GetProperty("pausedUntil").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10.1));
        var forever = await PostAsync(admin, "pause", null);
        Assert.Equal((true, JsonValueKind.Null), (forever.GetProperty("paused").GetBoolean(), forever.GetProperty("pausedUntil").ValueKind));
        var until = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds());
        Assert.Equal(until, (await PostAsync(admin, "pause", new { until })).GetProperty("pausedUntil").GetDateTimeOffset());

        var queue = Assert.Single((await admin.GetFromJsonAsync<JsonElement>("/v1/queues")).GetProperty("items").EnumerateArray());
        Assert.Equal(("default", 1, true), (queue.GetProperty("name").GetString(), queue.GetProperty("waiting").GetInt64(), queue.GetProperty("paused").GetBoolean()));
        Assert.Equal(["high", "normal", "low"], queue.GetProperty("priorities").EnumerateArray().Select(priority => priority.GetProperty("priority").GetString()));

        Assert.False((await PostAsync(admin, "resume", null)).GetProperty("paused").GetBoolean());
        Assert.Equal(
            ["until it is resumed.", $"until {until:O}.", "Queue default was resumed by usr_root."],
            platform.Log.Lines.Select(line => line.Text.Trim()).Where(text => text.StartsWith("Queue default was ", StringComparison.Ordinal)).Skip(1)
                .Select(text => text.Replace("Queue default was paused by usr_root ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task List_TasksThatWaitForOthers_AreCountedUntilTheyWaitNoMore()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        using var admin = app.AdminClient();
        var ada = PlatformId.New("usr");
        using var person = app.ClientOf(ada);
        var client = app.Get<TaskClient>();
        var first = await admin.SubmitAsync(JsonContent.Create(new { type = TestWork.Type, payload = new { }, delay = "01:00:00" }), "");
        var second = await admin.SubmitAsync(After(first), "");
        await admin.SubmitAsync(After(second), "");
        var hers = await person.SubmitAsync(JsonContent.Create(new { type = TestWork.Type, payload = new { }, delay = "01:00:00" }), "");
        await person.SubmitAsync(After(hers), "");
        await client.EnqueueBatchAsync([new BatchTask(TestWork.Type, new TestPayload())], new BatchCompletion(new BatchTask(TestWork.Type, new TestPayload())));
        await CountAsync(4);

        // One that is no longer kept, one that is cancelled, those of a person who is erased.
        await platform.Database.SortedSetAddAsync(platform.Key("waiting:v1:{default}:default"), PlatformId.New("tsk"), 1000);
        await CountAsync(4);
        await admin.PostAsync($"/v1/tasks/{second}/cancel", null);
        await CountAsync(2);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            Assert.True((await scope.ServiceProvider.GetServices<IPersonalData>().OfType<TaskPersonalData>().Single().EraseAsync(ada, CancellationToken.None)).Done);
        }

        await CountAsync(1);
        platform.StartApp(services: new TestWork().AddTo);
        await Eventually.TrueAsync(async () => await DependentAsync() == 0, TimeSpan.FromSeconds(30), "nobody waits");

        async Task CountAsync(long expected)
        {
            Assert.Equal(expected, await DependentAsync());
            var now = (await admin.GetFromJsonAsync<JsonElement>("/v1/tasks/stats")).GetProperty("now");
            Assert.Equal(expected, now.GetProperty("dependent").GetInt64());
        }

        async Task<long> DependentAsync() =>
            (await admin.GetFromJsonAsync<JsonElement>("/v1/queues")).GetProperty("items")[0].GetProperty("dependent").GetInt64();

        static JsonContent After(string id) => JsonContent.Create(new { type = TestWork.Type, payload = new { }, dependsOn = new[] { id } });
    }

    [Theory]
    [InlineData("""{"for":"00:00:00"}""")]
    [InlineData("""{"for":"400.00:00:00"}""")]
    [InlineData("""{"until":"2020-01-01T00:00:00Z"}""")]
    [InlineData("""{"for":"00:01:00","until":"2100-01-01T00:00:00Z"}""")]
    public async Task Pause_ForATimeThatIsNone_IsRefused(string body)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = platform.StartApp(withWorker: false).AdminClient();

        await (await admin.PostAsync("/v1/queues/default/pause", TaskCalls.Content(System.Text.Encoding.UTF8.GetBytes(body), "application/json")))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_pause");
        await (await admin.PostAsync("/v1/queues/nowhere/pause", null)).ProblemAsync(HttpStatusCode.NotFound, "queue_not_found");
        await (await admin.PostAsync("/v1/queues/nowhere/resume", null)).ProblemAsync(HttpStatusCode.NotFound, "queue_not_found");
    }

    [Fact]
    public async Task Statistics_TellByTypeWhatWasDoneAndHowLongItTook()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(services: new TestWork().AddTo);
        using var admin = app.AdminClient();
        await admin.WaitForAsync(await admin.SubmitAsync(TestWork.Type, new { }), "succeeded");
        var cancelled = await admin.SubmitAsync(JsonContent.Create(new { type = TestWork.Type, payload = new { }, delay = "01:00:00" }), "");
        await admin.SubmitAsync(JsonContent.Create(new { type = TestWork.Type, payload = new { }, delay = "01:00:00" }), "");
        await admin.PostAsync($"/v1/tasks/{cancelled}/cancel", null);

        JsonElement statistics = default;
        await Eventually.TrueAsync(
            async () =>
            {
                statistics = await admin.GetFromJsonAsync<JsonElement>("/v1/tasks/stats");
                return statistics.GetProperty("totals").GetProperty("submitted").GetInt64() == 3 && statistics.GetProperty("totals").GetProperty("cancelled").GetInt64() == 1;
            },
            TimeSpan.FromSeconds(20), "all is counted");

        var type = Assert.Single(statistics.GetProperty("types").EnumerateArray());
        Assert.Equal((TestWork.Type, 1), (type.GetProperty("type").GetString(), type.GetProperty("totals").GetProperty("succeeded").GetInt64()));
        Assert.Equal(1, type.GetProperty("ran").GetProperty("count").GetInt64());
        Assert.True(type.GetProperty("waited").GetProperty("p99").GetDouble() >= 1);
        Assert.Equal((1, 0), (statistics.GetProperty("now").GetProperty("delayed").GetInt64(), statistics.GetProperty("now").GetProperty("deadLetters").GetInt64()));
        Assert.Equal(("default", 1), (statistics.GetProperty("queues")[0].GetProperty("name").GetString(), statistics.GetProperty("queues")[0].GetProperty("entered").GetInt64()));
        Assert.Equal(60, statistics.GetProperty("minutes").GetArrayLength());
        Assert.Equal(3, statistics.GetProperty("minutes").EnumerateArray().Sum(minute => minute.GetProperty("counts").GetProperty("submitted").GetInt64()));
    }

    private static async Task<JsonElement> PostAsync(HttpClient admin, string what, object? body)
    {
        using var response = await admin.PostAsync($"/v1/queues/default/{what}", body is null ? null : JsonContent.Create(body));
        return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }
}
