using System.Text.Json;
using Platform.Contracts;
using Platform.TestKit;

namespace PrivacyService.Tests.Pseudonyms;

public sealed class PseudonymizeTests(RedisFixture redis) : IDisposable
{
    private const string Ada = """{"name":"Ada","email":"ada@example.com","note":"call +49 30 1234567","age":1e400,"ok":true,"x":null}""";

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Pseudonymize_Document_ReplacesNamedAndFoundValuesOnly()
    {
        using var client = _privacy.Person(_ada);

        var answer = await client.PseudonymizeAsync(Ada, """ "fields":["name","age"],"ttlSeconds":3600 """).ReadAsync();

        Assert.True(PlatformId.IsValid(answer.GetProperty("pseudonymId").GetString(), "psn"));
        Assert.Equal(4, answer.GetProperty("replaced").GetInt32());
        Assert.InRange(answer.GetProperty("expiresAt").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(59), DateTimeOffset.UtcNow.AddMinutes(61));
        var document = answer.GetProperty("document");
        Assert.Equal(["name", "email", "note", "age", "ok", "x"], document.EnumerateObject().Select(member => member.Name));
        Assert.All(["name", "email", "age"], name => Assert.StartsWith("psn_", document.GetProperty(name).GetString(), StringComparison.Ordinal));
        Assert.Matches("^call psn_[0-9a-z]{28}$", document.GetProperty("note").GetString());
        Assert.True(document.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Repersonalize_PseudonymizedDocument_GivesTheSameBytes()
    {
        using var client = _privacy.Person(_ada);
        var generator = new DocumentGenerator(21);
        for (var i = 0; i < 200; i++)
        {
            var document = generator.Next().Trim();
            var pseudonymized = await client.PseudonymizeAsync(document, """ "fields":["name","id","address.*"] """).ReadAsync();

            var restored = await client.RepersonalizeAsync(pseudonymized.Document()).ReadAsync();
            var whole = await client.PostJsonAsync("/v1/repersonalize", Id(pseudonymized)).ReadAsync();

            Assert.Equal(document, restored.Document());
            Assert.Equal(document, whole.Document());
            Assert.Equal(0, restored.GetProperty("missing").GetArrayLength());
        }
    }

    [Fact]
    public async Task Pseudonymize_ExceptedFields_StayWithAllThatIsInThem()
    {
        using var client = _privacy.Person(_ada);
        const string Document = """
            {"to":"ada@example.com","support":{"email":"help@example.com","card":4539148803436467},"items":[{"by":"bob@example.com"},{"by":"eve@example.com"}],"name":"Ada"}
            """;

        var answer = await client.PseudonymizeAsync(Document, """ "fields":["name","items.*.by"],"exceptFields":["SUPPORT","items.1.by","name"] """).ReadAsync();

        var document = answer.GetProperty("document");
        Assert.Equal("""{"email":"help@example.com","card":4539148803436467}""", document.GetProperty("support").GetRawText());
        Assert.Equal<string?[]>(["eve@example.com", "Ada"], [document.GetProperty("items")[1].GetProperty("by").GetString(), document.GetProperty("name").GetString()]);
        Assert.All([document.GetProperty("to"), document.GetProperty("items")[0].GetProperty("by")], value => Assert.StartsWith("psn_", value.GetString(), StringComparison.Ordinal));
        Assert.Equal(2, answer.GetProperty("replaced").GetInt32());
    }

    [Fact]
    public async Task Repersonalize_IdAsClientsOfBeforeWriteIt_GivesTheDocument()
    {
        using var client = _privacy.Person(_ada);
        var answer = await client.PseudonymizeAsync(Ada).ReadAsync();

        var whole = await client.PostJsonAsync("/v1/repersonalize", $$"""{"pseudonym_id":{{answer.GetProperty("pseudonymId").GetRawText()}}}""").ReadAsync();

        Assert.Equal(Ada, whole.Document());
    }

    [Fact]
    public async Task Pseudonymize_SameValueAtOnceInOneScope_GivesOneToken()
    {
        using var client = _privacy.Person(_ada);

        for (var round = 0; round < 20; round++)
        {
            var scope = $""" "scope":"conversation:{Guid.NewGuid():n}" """;
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PseudonymizeAsync("\"ada@example.com\"", scope).ReadAsync()));
            Assert.Single(answers.Select(answer => answer.Document()).Distinct());
        }
    }

    [Fact]
    public async Task Pseudonymize_ScopesAndOwners_HaveTheirOwnTokens()
    {
        using var ada = _privacy.Person(_ada);
        using var bob = _privacy.Person(PlatformId.New("usr"));
        HttpClient[] callers = [ada, ada, ada, ada, ada, bob];
        string[] scopes = ["", """ "scope":"subject" """, """ "scope":"request:1" """, """ "scope":"conversation:1" """, "", """ "scope":"subject" """];

        var tokens = await Task.WhenAll(callers.Zip(scopes, (caller, scope) => caller.PseudonymizeAsync("\"ada@example.com\"", scope).ReadAsync()));

        Assert.Equal(tokens.Length, tokens.Select(token => token.Document()).Distinct().Count());
    }

    [Fact]
    public async Task Repersonalize_AnotherPersonsTokens_FindsNothing()
    {
        using var ada = _privacy.Person(_ada);
        using var eve = _privacy.Person(PlatformId.New("usr"));
        var mine = await ada.PseudonymizeAsync(Ada, """ "scope":"subject" """).ReadAsync();
        await eve.PseudonymizeAsync(Ada, """ "scope":"subject" """).ReadAsync();

        Assert.Equal("pseudonyms_not_found", await eve.RepersonalizeAsync(mine.Document()).ReadProblemAsync(404));
        Assert.Equal("pseudonym_not_found", await eve.PostJsonAsync("/v1/repersonalize", Id(mine)).ReadProblemAsync(404));
        Assert.Equal("pseudonym_not_found", await eve.GetAsync(Pseudonym(mine)).ReadProblemAsync(404));
        Assert.Equal("pseudonym_not_found", await eve.DeleteAsync(Pseudonym(mine)).ReadProblemAsync(404));
        var lenient = await eve.RepersonalizeAsync(mine.Document(), """ "mode":"lenient" """).ReadAsync();
        Assert.Equal(mine.Document(), lenient.Document());
        Assert.Equal(3, lenient.GetProperty("missing").GetArrayLength());
        Assert.Equal(Ada, (await ada.RepersonalizeAsync(mine.Document()).ReadAsync()).Document());
    }

    [Fact]
    public async Task Repersonalize_UnknownToken_IsNamedAndNothingIsRestored()
    {
        using var client = _privacy.Person(_ada);
        var known = (await client.PseudonymizeAsync("\"ada@example.com\"").ReadAsync()).GetProperty("document").GetString()!;
        var forged = new MemoryPrivacy().Pseudonymize("\"eve@example.com\"", []).Trim('"');
        var document = $"""["{known}","see {forged}."]""";

        using var response = await client.RepersonalizeAsync(document);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal([forged], JsonDocument.Parse(body).RootElement.GetProperty("missing").EnumerateArray().Select(token => token.GetString()));
        Assert.DoesNotContain("example.com", body, StringComparison.Ordinal);
        var lenient = await client.RepersonalizeAsync(document, """ "mode":"lenient" """).ReadAsync();
        Assert.Equal($"""["ada@example.com","see {forged}."]""", lenient.Document());
        Assert.Equal([forged], lenient.GetProperty("missing").EnumerateArray().Select(token => token.GetString()));
    }

    [Fact]
    public async Task Repersonalize_OtherScopeNamed_RestoresNothingOfTheFirst()
    {
        using var client = _privacy.Person(_ada);
        var answer = await client.PseudonymizeAsync("\"ada@example.com\"", """ "scope":"request:1" """).ReadAsync();

        Assert.Equal("pseudonyms_not_found", await client.RepersonalizeAsync(answer.Document(), """ "scope":"request:2" """).ReadProblemAsync(404));
        Assert.Equal("\"ada@example.com\"", (await client.RepersonalizeAsync(answer.Document(), """ "scope":"request:1" """).ReadAsync()).Document());
    }

    [Fact]
    public async Task Repersonalize_AfterExpiry_IsGone()
    {
        await using var privacy = new PrivacyApplication(redis.ConnectionString, ("Privacy:Pseudonyms:ShortestTimeToLive", "00:00:01"));
        using var client = privacy.Person(_ada);
        var answer = await client.PseudonymizeAsync("\"ada@example.com\"", """ "ttlSeconds":1 """).ReadAsync();
        var token = answer.GetProperty("document").GetString();

        await Eventually.TrueAsync(
            async () => (int)(await client.GetAsync(Pseudonym(answer))).StatusCode == 410, TimeSpan.FromSeconds(10), "the document expires");
        await Eventually.TrueAsync(
            async () => (int)(await client.GetAsync($"/v1/pseudonyms/{token}")).StatusCode == 410, TimeSpan.FromSeconds(10), "the value expires");

        Assert.Equal("pseudonyms_expired", await client.RepersonalizeAsync(answer.Document()).ReadProblemAsync(410));
        Assert.Equal("pseudonym_expired", await client.PostJsonAsync("/v1/repersonalize", Id(answer)).ReadProblemAsync(410));
        var lenient = await client.RepersonalizeAsync(answer.Document(), """ "mode":"lenient" """).ReadAsync();
        Assert.Equal(answer.Document(), lenient.Document());
        Assert.Equal(token, lenient.GetProperty("missing")[0].GetString());
    }

    [Fact]
    public async Task Pseudonymize_ShorterPromiseInTheSameScope_DoesNotCutTheLonger()
    {
        using var client = _privacy.Person(_ada);
        var first = await client.PseudonymizeAsync("\"ada@example.com\"", """ "scope":"subject","ttlSeconds":7200 """).ReadAsync();
        await client.PseudonymizeAsync("\"bob@example.com\"", """ "scope":"subject","ttlSeconds":60 """).ReadAsync();

        var token = first.GetProperty("document").GetString();
        var kept = await client.GetAsync($"/v1/pseudonyms/{token}").ReadAsync();

        Assert.Equal("value", kept.GetProperty("kind").GetString());
        Assert.Equal(first.GetProperty("expiresAt").GetDateTimeOffset(), kept.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Remove_Call_RemovesItsDocumentAndValues()
    {
        using var client = _privacy.Person(_ada);
        var answer = await client.PseudonymizeAsync(Ada).ReadAsync();
        Assert.Equal("document", (await client.GetAsync(Pseudonym(answer)).ReadAsync()).GetProperty("kind").GetString());

        await client.DeleteAsync(Pseudonym(answer)).ReadAsync(204);

        Assert.Equal("pseudonym_not_found", await client.DeleteAsync(Pseudonym(answer)).ReadProblemAsync(404));
        Assert.Equal("pseudonym_not_found", await client.PostJsonAsync("/v1/repersonalize", Id(answer)).ReadProblemAsync(404));
        Assert.Equal("pseudonyms_not_found", await client.RepersonalizeAsync(answer.Document()).ReadProblemAsync(404));
    }

    [Fact]
    public async Task Remove_Token_RemovesThatValueHoweverItWasWritten()
    {
        using var client = _privacy.Person(_ada);
        var answer = await client.PseudonymizeAsync("""["ada@example.com","ada\u0040example.com","bob@example.com"]""", """ "scope":"subject" """).ReadAsync();
        var document = answer.GetProperty("document");
        Assert.Equal(document[0].GetString(), document[1].GetString());

        await client.DeleteAsync($"/v1/pseudonyms/{document[0].GetString()}").ReadAsync(204);

        var lenient = await client.RepersonalizeAsync(answer.Document(), """ "mode":"lenient" """).ReadAsync();
        Assert.Equal("bob@example.com", lenient.GetProperty("document")[2].GetString());
        Assert.Equal(document[0].GetString(), Assert.Single(lenient.GetProperty("missing").EnumerateArray()).GetString());
        Assert.Equal(document[1].GetString(), lenient.GetProperty("document")[1].GetString());
    }

    [Theory]
    [InlineData("""{"document":{},"field":["x"]}""", "invalid_json")]
    [InlineData("""{"document":{"a":}}""", "invalid_json")]
    [InlineData("""{"fields":["x"]}""", "missing_document")]
    [InlineData("""{"document":"\ud800"}""", "invalid_document")]
    [InlineData("""{"document":{},"fields":[""]}""", "invalid_fields")]
    [InlineData("""{"document":{},"detect":false}""", "nothing_to_replace")]
    [InlineData("""{"document":{},"scope":"everything"}""", "invalid_scope")]
    [InlineData("""{"document":{},"scope":"request:"}""", "invalid_scope")]
    [InlineData("""{"document":{},"scope":"request:{}"}""", "invalid_scope")]
    [InlineData("""{"document":{},"ttlSeconds":59}""", "invalid_time_to_live")]
    [InlineData("""{"document":{},"ttlSeconds":604801}""", "invalid_time_to_live")]
    public async Task Pseudonymize_BadRequest_SaysWhatToChange(string body, string code)
    {
        using var client = _privacy.Person(_ada);

        Assert.Equal(code, await client.PostJsonAsync("/v1/pseudonymize", body).ReadProblemAsync(400));
    }

    [Fact]
    public async Task Pseudonymize_TooManyValues_IsRefused()
    {
        await using var privacy = new PrivacyApplication(
            redis.ConnectionString, ("Privacy:Pseudonyms:MostValuesPerCall", "3"), ("Privacy:Pseudonyms:MostValuesPerScope", "4"));
        using var client = privacy.Person(_ada);
        const string options = """ "fields":["n"],"scope":"subject" """;

        Assert.Equal("too_many_values", await client.PseudonymizeAsync("""{"n":[1,2,3,4]}""", options).ReadProblemAsync(422));
        await client.PseudonymizeAsync("""{"n":[1,2,3,1]}""", options).ReadAsync();
        await client.PseudonymizeAsync("""{"n":[4,5]}""", options).ReadAsync();
        Assert.Equal("scope_full", await client.PseudonymizeAsync("""{"n":[6]}""", options).ReadProblemAsync(422));
    }

    [Fact]
    public async Task Calls_ByServicesAndStrangers_NeedTheirScopeAndAnOwner()
    {
        using var anonymous = _privacy.CreateClient();
        using var person = _privacy.Person(_ada);
        using var writer = _privacy.Service(Scopes.Pseudonymize);
        using var reader = _privacy.Service(Scopes.Restore);
        var owner = "?owner=" + _ada;

        Assert.Equal("unauthorized", await anonymous.PseudonymizeAsync("1").ReadProblemAsync(401));
        Assert.Equal("not_the_owner", await person.PseudonymizeAsync("1", query: "?owner=" + PlatformId.New("usr")).ReadProblemAsync(403));
        Assert.Equal("scope_not_allowed", await person.PseudonymizeAsync("1", """ "scope":"tenant" """).ReadProblemAsync(403));
        Assert.Equal("missing_owner", await writer.PseudonymizeAsync("1").ReadProblemAsync(400));
        Assert.Equal("insufficient_scope", await reader.PseudonymizeAsync("1", query: owner).ReadProblemAsync(403));

        var answer = await writer.PseudonymizeAsync("\"ada@example.com\"", """ "scope":"tenant" """, owner).ReadAsync();
        Assert.Equal("insufficient_scope", await writer.RepersonalizeAsync(answer.Document(), query: owner).ReadProblemAsync(403));
        Assert.Equal("\"ada@example.com\"", (await reader.RepersonalizeAsync(answer.Document(), """ "purpose":"a letter" """, owner).ReadAsync()).Document());
        Assert.Equal("\"ada@example.com\"", (await person.RepersonalizeAsync(answer.Document()).ReadAsync()).Document());
    }

    public void Dispose() => _privacy.Dispose();

    private static string Id(JsonElement answer) => $$"""{"pseudonymId":"{{answer.GetProperty("pseudonymId").GetString()}}"}""";

    private static string Pseudonym(JsonElement answer) => "/v1/pseudonyms/" + answer.GetProperty("pseudonymId").GetString();
}
