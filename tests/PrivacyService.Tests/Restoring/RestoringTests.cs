using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.TestKit;
using StackExchange.Redis;

namespace PrivacyService.Tests.Restoring;

public sealed class RestoringTests(RedisFixture redis) : UpstreamTests(redis)
{
    private const string Purpose = "a letter about the planted purpose";

    [Fact]
    public async Task Restore_ByAService_NeedsAPurposeThatTheOwnerIsTold()
    {
        using var ada = Privacy.Person(Ada);
        using var service = Privacy.Service(Scopes.Restore);
        using var admin = Privacy.Client(Privacy.Issuer.UserToken(PlatformId.New("usr"), "admin"));
        var owner = "?owner=" + Ada;
        var document = (await ada.PseudonymizeAsync("""["ada@example.com","bob@example.com"]""").ReadAsync()).Document();

        Assert.Equal("missing_purpose", await service.RepersonalizeAsync(document, query: owner).ReadProblemAsync(400));
        Assert.Equal("missing_purpose", await service.PostJsonAsync("/v1/unmask" + owner, """{"text":"x"}""").ReadProblemAsync(400));
        foreach (var purpose in new[] { "", " ", new string('x', 201), "two\\nlines" })
        {
            Assert.Equal("invalid_purpose", await service.RepersonalizeAsync(document, $"\"purpose\":\"{purpose}\"", owner).ReadProblemAsync(400));
        }

        Assert.Empty((await ada.GetAsync("/v1/restores", Stop).ReadAsync()).GetProperty("items").EnumerateArray());
        await service.RepersonalizeAsync(document, $"\"purpose\":\"{Purpose}\"", owner).ReadAsync();

        var told = Assert.Single((await ada.GetAsync("/v1/restores", Stop).ReadAsync()).GetProperty("items").EnumerateArray());
        Assert.Equal(("taskservice", 2, "repersonalize", Purpose, 1), (
            Text(told, "by"), told.GetProperty("values").GetInt32(), Text(told, "route"), Text(told, "purpose"), told.GetProperty("scopes").GetArrayLength()));
        var ofAda = Assert.Single((await admin.GetAsync("/v1/restores" + owner, Stop).ReadAsync()).GetProperty("items").EnumerateArray());
        Assert.Equal(Purpose, Text(ofAda, "purpose"));
        var ofAll = Assert.Single((await admin.GetAsync("/v1/restores", Stop).ReadAsync()).GetProperty("items").EnumerateArray());
        Assert.Equal(("taskservice", Text(told, "owner"), JsonValueKind.Null), (Text(ofAll, "by"), Text(ofAll, "owner"), ofAll.GetProperty("purpose").ValueKind));
    }

    [Fact]
    public async Task Restore_ByThePersonAndTheGateway_IsWrittenDownOnceEach()
    {
        using var ada = Privacy.Person(Ada);
        var answer = await ada.PseudonymizeAsync("\"ada@example.com\"").ReadAsync();
        var masked = (await ada.PostJsonAsync("/v1/mask", """{"text":"ada@example.com, again ada@example.com"}""").ReadAsync()).GetProperty("text").GetString();

        await ada.RepersonalizeAsync(answer.Document()).ReadAsync();
        await ada.PostJsonAsync("/v1/repersonalize", $$"""{"pseudonymId":"{{Text(answer, "pseudonymId")}}"}""").ReadAsync();
        await ada.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}"}""").ReadAsync();
        await ada.PostJsonAsync("/gateway/model/v1", """{"to":"ada@example.com"}""").ReadAsync();

        var told = (await ada.GetAsync("/v1/restores", Stop).ReadAsync()).GetProperty("items").EnumerateArray().Reverse().ToArray();
        Assert.Equal(
            ["repersonalize own 1", "repersonalize own 1", "unmask own 1", "gateway gateway 1"],
            told.Select(one => $"{Text(one, "route")} {Text(one, "purpose")} {one.GetProperty("values").GetInt32()}"));
        Assert.All(told, one => Assert.Equal(Ada, Text(one, "by")));

        var first = await ada.GetAsync("/v1/restores?limit=3", Stop).ReadAsync();
        var rest = await ada.GetAsync("/v1/restores?limit=3&cursor=" + Text(first, "nextCursor"), Stop).ReadAsync();
        Assert.Equal((3, 1), (first.GetProperty("items").GetArrayLength(), rest.GetProperty("items").GetArrayLength()));
        Assert.Equal("invalid_cursor", await ada.GetAsync("/v1/restores?cursor=x", Stop).ReadProblemAsync(400));
    }

    [Fact]
    public async Task Restore_OfAnAnswerThatStreams_IsWrittenDownAtTheFirstAndAtTheEnd()
    {
        using var ada = Privacy.Person(Ada);
        Upstream.AnswerEvents(body => string.Concat(body.Split(' ').Select(mask => $"data: {{\"text\":\"{mask}\"}}\n\n")), 4096);
        const string text = "a@example.com b@example.com c@example.com d@example.com";

        using var answer = await ada.PostAsync("/gateway/model/v1", new StringContent(text, Encoding.UTF8, "text/plain"), Stop);

        Assert.Equal(text, string.Join(' ', (await answer.Content.ReadAsStringAsync(Stop)).Split('"').Where(part => part.Contains('@'))));
        var told = (await ada.GetAsync("/v1/restores", Stop).ReadAsync()).GetProperty("items").EnumerateArray().Reverse();
        Assert.Equal([1, 3], told.Select(one => one.GetProperty("values").GetInt32()));
    }

    [Fact]
    public async Task Restore_BeyondTheCallersLimit_GivesNothing()
    {
        using var ada = Privacy.Person(Ada);
        using var service = Privacy.Service(Scopes.Restore);
        var three = (await ada.PseudonymizeAsync("""["a@example.com","b@example.com","c@example.com"]""").ReadAsync()).Document();
        var masked = (await ada.PostJsonAsync("/v1/mask", """{"text":"d@example.com e@example.com f@example.com"}""").ReadAsync()).GetProperty("text").GetString();
        await ada.RepersonalizeAsync(three).ReadAsync();

        using (var refused = await ada.RepersonalizeAsync(three))
        {
            var body = await refused.Content.ReadAsStringAsync(Stop);
            Assert.Equal(429, (int)refused.StatusCode);
            Assert.Contains("restore_quota_exceeded", body, StringComparison.Ordinal);
            Assert.DoesNotContain("example.com", body, StringComparison.Ordinal);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3600);
        }

        Assert.Equal("restore_quota_exceeded", await ada.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}"}""").ReadProblemAsync(429));
        Assert.Equal("restore_quota_exceeded", await ada.PostJsonAsync("/gateway/model/v1", """{"to":"g@example.com h@example.com i@example.com"}""").ReadProblemAsync(429));
        Assert.Single((await ada.GetAsync("/v1/restores", Stop).ReadAsync()).GetProperty("items").EnumerateArray());

        // A service has a limit of its own, and more than it ever holds has no time to wait for.
        await service.RepersonalizeAsync(three, $"\"purpose\":\"{Purpose}\"", "?owner=" + Ada).ReadAsync();
        var many = (await ada.PseudonymizeAsync("[" + string.Join(',', Enumerable.Range(0, 8).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"{i}@example.com\""))) + "]").ReadAsync()).Document();
        using var never = await service.RepersonalizeAsync(many, $"\"purpose\":\"{Purpose}\"", "?owner=" + Ada);
        Assert.Equal((429, null), ((int)never.StatusCode, never.Headers.RetryAfter));
    }

    [Fact]
    public async Task Restore_ThatCannotBeWrittenDown_GivesNothing()
    {
        await using var server = await RedisServer.StartAsync(cancellationToken: Stop);
        await using var privacy = new PrivacyApplication(server.ConnectionString);
        using var ada = privacy.Person(Ada);
        var document = (await ada.PseudonymizeAsync("\"ada@example.com\"").ReadAsync()).Document();

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        using (var refused = await ada.RepersonalizeAsync(document))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.DoesNotContain("ada@", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await Eventually.TrueAsync(async () => (await ada.RepersonalizeAsync(document)).IsSuccessStatusCode, TimeSpan.FromSeconds(15), "there is room again");
    }

    [Fact]
    public async Task Trail_InRedis_SaysNothingInClearAndEndsWithThePerson()
    {
        using var ada = Privacy.Person(Ada);
        var document = (await ada.PseudonymizeAsync("\"ada@example.com\"").ReadAsync()).Document();
        await ada.RepersonalizeAsync(document, $"\"purpose\":\"{Purpose}\"").ReadAsync();

        var entries = new List<string>();
        foreach (var key in Trails())
        {
            entries.AddRange((await Redis.GetDatabase().StreamRangeAsync(key)).Select(entry => key.ToString() + Encoding.Latin1.GetString((byte[])entry["restore"]!)));
        }

        Assert.Equal(2, entries.Count);
        Assert.All(entries, entry => Assert.All([Ada, Purpose, "ada@example.com"], planted => Assert.DoesNotContain(planted, entry, StringComparison.Ordinal)));

        using var userService = Privacy.Service(Scopes.ErasePeople);
        await new PeopleClient(userService, "privacyservice").EraseAsync(Ada, Stop);
        Assert.Contains("{all}", Assert.Single(Trails()).ToString(), StringComparison.Ordinal);
    }

    private protected override IEnumerable<(string Name, string Value)> Settings(string address) =>
        [("RateLimiting:Policies:restore-person:Limit", "5"), ("RateLimiting:Policies:restore-service:Limit", "7")];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private RedisKey[] Trails() => RedisFixture.Keys(Redis.Multiplexer, Privacy.KeyPrefix)
        .Where(key => key.ToString().Contains(":restores:", StringComparison.Ordinal)).ToArray();
}
