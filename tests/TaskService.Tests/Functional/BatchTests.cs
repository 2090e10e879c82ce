using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class BatchTests(RedisFixture redis, RefusingService refusing) : IClassFixture<RedisFixture>, IClassFixture<RefusingService>
{
    [Fact]
    public async Task Batch_OfAThousand_IsAcceptedInOrder_AndKnownAgainByItsKey()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new TestWork().AddTo).ClientOf("usr_ada");
        var tasks = Enumerable.Range(0, 1000).Select(i => new { type = TestWork.Type, payload = new { number = i } }).ToArray();

        var first = await SubmitAsync(ada, tasks, "batch-1", HttpStatusCode.Accepted);
        var again = await SubmitAsync(ada, tasks, "batch-1", HttpStatusCode.Accepted);

        Assert.Equal(1000, first.GetProperty("accepted").GetInt32());
        Assert.Equal(Ids(first), Ids(again));
        Assert.Equal(1000, Ids(first).Distinct().Count());
        Assert.All(again.GetProperty("items").EnumerateArray(), item => Assert.True(item.GetProperty("replayed").GetBoolean()));
        Assert.Equal(1000, platform.Keys("item").Count());

        using var other = await SendAsync(ada, tasks.Take(999), "batch-1");
        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        Assert.Equal(1000, platform.Keys("item").Count());
    }

    [Fact]
    public async Task Batch_CutShort_SentAgain_AddsOnlyWhatIsMissing()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new TestWork().AddTo).ClientOf("usr_ada");
        var tasks = Enumerable.Range(0, 20).Select(i => new { type = TestWork.Type, payload = new { number = i } }).ToArray();
        var before = Ids(await SubmitAsync(ada, tasks, "batch-2", HttpStatusCode.Accepted));

        // As if the last of them had never come: neither their claims nor they.
        foreach (var id in before.Skip(15))
        {
            var item = platform.Key($"item:v1:{{default}}:{id}");
            await platform.Database.KeyDeleteAsync(platform.Key($"submit-claim:v1:{{default}}:{await platform.Database.HashGetAsync(item, "claim")}"));
            await platform.Database.KeyDeleteAsync(item);
        }

        var after = await SubmitAsync(ada, tasks, "batch-2", HttpStatusCode.Accepted);

        Assert.Equal(before.Take(15), Ids(after).Take(15));
        Assert.Equal(20, platform.Keys("item").Count());
        Assert.Equal(15, after.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("replayed").GetBoolean()));
    }

    [Fact]
    public async Task Batch_WithSomeThatAreWrong_SaysWhichAndWhy_AndTakesTheOthers()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new TestWork().AddTo).ClientOf("usr_ada");

        var answer = await SubmitAsync(
            ada,
            [
                new { type = "nonsense", payload = new { } },
                new { type = TestWork.Type, payload = new { number = 1 } },
                new { type = TestWork.Type },
                new { type = TestWork.Type, payload = new { number = "x" } },
                new { type = TestWork.Type, payload = new { }, queue = "nowhere" },
                new { type = "pseudonymize-records", payload = new { fields = new[] { "email" }, records = new[] { new { email = "ada@example.com" } } } },
                7,
            ],
            key: null, HttpStatusCode.MultiStatus);

        Assert.Equal((2, 5), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("refused").GetInt32()));
        Assert.Equal(
            ["unknown_type", null, "invalid_json", "invalid_json", "invalid_placement", null, "invalid_json"],
            answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("error") is { ValueKind: JsonValueKind.Object } error ? error.GetProperty("code").GetString() : null));
        Assert.Equal(2, platform.Keys("item").Count());
        Assert.Single(platform.Keys("input"));
    }

    [Fact]
    public async Task Batch_WithOneThatIsNoText_TakesTheOthers()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new TestWork().AddTo).ClientOf("usr_ada");
        byte[] noUtf8 = [.. """{"tasks":[{"type":"test","payload":{}},{"type":"test","payload":{},"queue":"\ud800"},{"type":"test","payload":{"text":" """u8, 0xff, .. "\"}}]}"u8];

        using var response = await ada.PostAsync("/v1/tasks/batch", TaskCalls.Content(noUtf8, "application/json"));
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((1, 2), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("refused").GetInt32()));
        Assert.All(answer.GetProperty("items").EnumerateArray().Skip(1), item => Assert.Equal("invalid_json", item.GetProperty("error").GetProperty("code").GetString()));
        Assert.Single(platform.Keys("item"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"\ud800":1,"tasks":[{"type":"test","payload":{}}]}""")]
    [InlineData("""[]""")]
    [InlineData("""{"tasks":[]}""")]
    [InlineData("""{"tasks":{}}""")]
    [InlineData("""{"tasks":[{"type":"pseudonymize-records","payload":{"detect":true,"records":[{}]}}],"queue":"default"}""")]
    public async Task Batch_ThatIsNone_IsRefused(string body)
    {
        using var ada = refusing.NewClient();

        await (await ada.PostAsync("/v1/tasks/batch", TaskCalls.Content(System.Text.Encoding.UTF8.GetBytes(body), "application/json"))).ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
    }

    [Fact]
    public async Task Submit_WithPlaceAndTime_WaitsThere()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(
            withWorker: false, services: new TestWork().AddTo,
            settings: [("Tasks:Queues:0", "default"), ("Tasks:Queues:1", "mail"), ("Tasks:Serves:0", "default"), ("Tasks:Serves:1", "mail")]).ClientOf("usr_ada");
        var runAt = DateTimeOffset.UtcNow.AddHours(2);

        var high = await TaskAsync(new { type = TestWork.Type, payload = new { }, queue = "mail", priority = "high" });
        var delayed = await TaskAsync(new { type = TestWork.Type, payload = new { }, delay = "00:05:00" });
        var later = await TaskAsync(new { type = TestWork.Type, payload = new { }, runAt });
        var past = await TaskAsync(new { type = TestWork.Type, payload = new { }, runAt = "2020-01-01T00:00:00Z" });

        Assert.Equal(("mail", "high"), (high.GetProperty("queue").GetString(), high.GetProperty("priority").GetString()));
        Assert.Equal(1, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:mail.high")));
        Assert.InRange(delayed.GetProperty("nextAttemptAt").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5.1));
        Assert.InRange(later.GetProperty("nextAttemptAt").GetDateTimeOffset() - runAt, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(30));
        Assert.Equal(JsonValueKind.Null, past.GetProperty("nextAttemptAt").ValueKind);
        Assert.Equal(2, await platform.Database.SortedSetLengthAsync(platform.Key("delayed:v1:{default}:default")));

        async Task<JsonElement> TaskAsync(object body) => await ada.TaskAsync(await ada.SubmitAsync(JsonContent.Create(body), ""));
    }

    [Theory]
    [InlineData("""{"queue":"nowhere"}""")]
    [InlineData("""{"priority":"urgent"}""")]
    [InlineData("""{"delay":"5"}""")]
    [InlineData("""{"delay":"-00:00:01"}""")]
    [InlineData("""{"delay":"31.00:00:00"}""")]
    [InlineData("""{"runAt":"tomorrow"}""")]
    [InlineData("""{"runAt":"2100-01-01T00:00:00Z"}""")]
    [InlineData("""{"delay":"00:00:01","runAt":"2020-01-01T00:00:00Z"}""")]
    public async Task Submit_WithAPlaceOrTimeThatIsNone_IsRefused(string placement)
    {
        using var ada = refusing.NewClient();
        var body = $$"""{"type":"test","payload":{},{{placement[1..]}}""";

        await (await ada.PostAsync("/v1/tasks", TaskCalls.Content(System.Text.Encoding.UTF8.GetBytes(body), "application/json")))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_placement");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, IEnumerable<object> tasks, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tasks/batch") { Content = JsonContent.Create(new { tasks }) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request);
    }

    private static async Task<JsonElement> SubmitAsync(HttpClient client, IEnumerable<object> tasks, string? key, HttpStatusCode status)
    {
        using var response = await SendAsync(client, tasks, key);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private static string[] Ids(JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
