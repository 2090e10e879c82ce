using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.TestKit;
using StackExchange.Redis;

namespace PrivacyService.Tests.Activity;

public sealed class ActivityTests(RedisFixture redis) : UpstreamTests(redis)
{
    private const string Email = "planted.ada@example.com";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Statistics_AfterCallsOfEveryKind_TellThem()
    {
        using var ada = Privacy.Person(Ada);
        using var admin = Admin();
        await CallEverythingAsync(ada);

        await CountedAsync(ada, 7);
        await CountedAsync(admin, 7);
        var own = await ada.GetAsync("/v1/stats", Stop).ReadAsync();
        var all = await admin.GetAsync("/v1/stats", Stop).ReadAsync();

        foreach (var statistics in new[] { own, all })
        {
            var totals = statistics.GetProperty("totals");
            Assert.Equal((7, 4 + 1, 1, 0, 1), (Number(totals, "calls"), Number(totals, "success"), Number(totals, "refused"), Number(totals, "residual"), Number(totals, "failed")));
            Assert.Equal(1, Number(statistics.GetProperty("kinds").GetProperty("gateway"), "success"));
            Assert.Equal(1, Number(statistics.GetProperty("codes"), "blocked_by_policy"));
            Assert.True(Number(statistics.GetProperty("types"), "email") >= 3);
            Assert.True(totals.GetProperty("p50").GetDouble() > 0 && totals.GetProperty("p99").GetDouble() >= totals.GetProperty("p50").GetDouble() && totals.GetProperty("mean").GetDouble() > 0);
            Assert.Equal(("redis", true, 86400, 1), (
                statistics.GetProperty("storage").GetProperty("storageType").GetString(), statistics.GetProperty("storage").GetProperty("connected").GetBoolean(),
                Number(statistics.GetProperty("storage"), "ttlSeconds"), Number(statistics.GetProperty("storage"), "activePseudonyms")));
        }

        Assert.Equal(JsonValueKind.Null, own.GetProperty("days").ValueKind);
        Assert.Equal(JsonValueKind.Null, own.GetProperty("storage").GetProperty("redisInfo").ValueKind);
        Assert.Equal(30, all.GetProperty("days").GetArrayLength());
        Assert.Equal(7, all.GetProperty("days").EnumerateArray().Sum(day => Number(day.GetProperty("calls"), "calls")));
        Assert.NotEmpty(all.GetProperty("storage").GetProperty("redisInfo").GetProperty("usedMemoryHuman").GetString()!);
    }

    [Fact]
    public async Task Events_OfACall_ReachItsOwnerAndAdministratorsAndNobodyElse()
    {
        using var ada = Privacy.Person(Ada);
        using var bob = Privacy.Person(PlatformId.New("usr"));
        using var admin = Admin();

        await ada.PostJsonAsync("/v1/mask", $$"""{"text":"{{Email}}","scope":"conversation:1"}""").ReadAsync();
        await bob.PseudonymizeAsync("\"bob@example.com\"").ReadAsync();
        await CountedAsync(admin, 2);

        var own = await ReadAsync(ada, 1);
        var all = await ReadAsync(admin, 2);
        var mask = JsonDocument.Parse(own[0].Data).RootElement;
        Assert.Equal(("call", "mask", "success", "person"), (own[0].EventType, Text(mask, "kind"), Text(mask, "outcome"), Text(mask, "by")));
        Assert.Equal((1, 1), (Number(mask, "values"), Number(mask.GetProperty("types"), "email")));
        Assert.Equal(32, Text(mask, "owner").Length);
        Assert.Equal(10, Text(mask, "scope").Length);
        Assert.Equal(["mask", "pseudonymize"], all.Select(one => Text(JsonDocument.Parse(one.Data).RootElement, "kind")).Order());
        Assert.Equal("pseudonymize", Text(JsonDocument.Parse((await ReadAsync(bob, 1))[0].Data).RootElement, "kind"));
    }

    [Fact]
    public async Task Events_FromALastEventId_GoOnAfterIt()
    {
        using var ada = Privacy.Person(Ada);
        await ada.PostJsonAsync("/v1/mask", """{"text":"one@example.com"}""").ReadAsync();
        var first = Assert.Single(await ReadAsync(ada, 1));

        await ada.PostJsonAsync("/v1/mask", """{"text":"one@example.com two@example.com"}""").ReadAsync();

        var second = Assert.Single(await ReadAsync(ada, 1, after: first.EventId));
        Assert.Equal(2, Number(JsonDocument.Parse(second.Data).RootElement, "values"));
    }

    [Fact]
    public async Task Residual_InTheGateway_IsCountedByItself()
    {
        using var ada = Privacy.Person(Ada);
        await ada.PostJsonAsync("/gateway/model/v1?to=AKIAIOSFODNN7EXAMPLE", """{"a":1}""").ReadProblemAsync(422);

        await CountedAsync(ada, 1);

        Assert.Equal(1, Number((await ada.GetAsync("/v1/stats", Stop).ReadAsync()).GetProperty("totals"), "residual"));
        Assert.Empty(Upstream.Calls);
    }

    [Fact]
    public async Task Keys_OfActivity_HoldNeitherValuesNorPeopleAndEndWithThePerson()
    {
        using var ada = Privacy.Person(Ada);
        await CallEverythingAsync(ada);
        await CountedAsync(ada, 7);

        var database = Redis.GetDatabase();
        var written = new List<string>();
        foreach (var key in Keys())
        {
            written.Add(key.ToString() + (key.ToString().Contains(":events:", StringComparison.Ordinal)
                ? string.Concat((await database.StreamRangeAsync(key)).SelectMany(entry => entry.Values))
                : string.Concat((await database.HashGetAllAsync(key)).Select(entry => entry.ToString()))));
        }

        // Of all: events, totals, this day and the one on which it expires. Of the person: events, totals.
        Assert.InRange(written.Count, 6, 7);
        Assert.All(written, text => Assert.DoesNotContain(Email, text, StringComparison.OrdinalIgnoreCase));
        Assert.All(written, text => Assert.DoesNotContain(Ada, text, StringComparison.OrdinalIgnoreCase));

        using var userService = Privacy.Service(Scopes.ErasePeople);
        await new PeopleClient(userService, "privacyservice").EraseAsync(Ada, Stop);
        await ada.PseudonymizeAsync($"\"{Email}\"").ReadProblemAsync(410);
        using var admin = Admin();
        await CountedAsync(admin, 8);

        Assert.All(Keys(), key => Assert.Contains("{all}", key.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_WhileRedisIsAway_AreCountedWhenItIsBack()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var privacy = new PrivacyApplication(server.ConnectionString);
        using var ada = privacy.Person(Ada);
        await ada.PseudonymizeAsync($"\"{Email}\"").ReadAsync();
        await CountedAsync(ada, 1);

        await server.KillAsync();
        Assert.Equal("redis_unavailable", await ada.PseudonymizeAsync($"\"{Email}\"").ReadProblemAsync(503));
        Assert.Equal("redis_unavailable", await ada.GetAsync("/v1/stats", Stop).ReadProblemAsync(503));
        Assert.Equal("redis_unavailable", await ada.GetAsync("/v1/events", Stop).ReadProblemAsync(503));
        await server.RestartAsync(Stop);

        await Eventually.TrueAsync(
            async () => Number((await ada.GetAsync("/v1/stats", Stop).ReadAsync()).GetProperty("codes"), "redis_unavailable") == 1, Patience, "the failure is counted");
    }

    internal static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task CountedAsync(HttpClient client, int calls) => await Eventually.TrueAsync(
        async () => Number((await client.GetAsync("/v1/stats", Stop).ReadAsync()).GetProperty("totals"), "calls") == calls, Patience, $"{calls} calls are counted");

    private static async Task<List<SseItem<string>>> ReadAsync(HttpClient client, int count, string? after = "0-0")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        request.Headers.Add("Last-Event-ID", after ?? "");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var events = new List<SseItem<string>>();
        await foreach (var one in SseParser.Create(await response.Content.ReadAsStreamAsync(Stop)).EnumerateAsync(Stop))
        {
            events.Add(one);
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }

    /// <summary>Five that succeed, one that is refused and one that fails.</summary>
    private static async Task CallEverythingAsync(HttpClient client)
    {
        var document = (await client.PseudonymizeAsync($"\"{Email}\"").ReadAsync()).Document();
        await client.RepersonalizeAsync(document).ReadAsync();
        var masked = (await client.PostJsonAsync("/v1/mask", $$"""{"text":"to {{Email}}"}""").ReadAsync()).GetProperty("text").GetString();
        await client.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}"}""").ReadAsync();
        await client.PostJsonAsync("/gateway/model/v1", $$"""{"to":"{{Email}}"}""").ReadAsync();
        Assert.Equal("blocked_by_policy", await client.PostJsonAsync("/v1/mask", $$"""{"text":"{{Email}}","modes":{"email":"block"} }""").ReadProblemAsync(422));
        await client.RepersonalizeAsync("\"psn_00000000000000000000000000mf\"", """ "pseudonymId":"psn_00000000000000000000000000" """).ReadProblemAsync(400);
    }

    private HttpClient Admin() => Privacy.Client(Privacy.Issuer.UserToken(PlatformId.New("usr"), "admin"));

    private IEnumerable<RedisKey> Keys() => RedisFixture.Keys(Redis.Multiplexer, Privacy.KeyPrefix)
        .Where(key => new[] { ":events:", ":totals:", ":own-totals:", ":day:" }.Any(family => key.ToString().Contains(family, StringComparison.Ordinal)));
}
