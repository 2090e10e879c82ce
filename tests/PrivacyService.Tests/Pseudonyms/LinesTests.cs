using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.TestKit;

namespace PrivacyService.Tests.Pseudonyms;

public sealed class LinesTests(RedisFixture redis) : IDisposable
{
    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    [Theory]
    [InlineData("{\"email\":\"a@example.com\",\"n\":1e400}\n{\"email\":null}\n{}\n")]
    [InlineData("{\"email\":\"a@example.com\"}\r\n{\"other\":\"b@example.com\"}\r\n")]
    [InlineData("{\"email\":\"a@example.com\"}\n{\"email\":\"a@example.com\"}")]
    [InlineData("\uFEFF{\"email\":\"a@example.com\"}\n")]
    [InlineData(" {\"address\":{\"city\":\"Köln\"},\"z\":\"é\\u00e9\"} \n")]
    public async Task PseudonymizeLines_Lines_KeepsTheirNumberOrderAndEnds(string lines)
    {
        using var client = _privacy.Person(_ada);

        using var response = await client.PostLinesAsync("?field=email&field=address.city&detect=true&ttl=60", lines);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal((200, PrivacyClient.LinesMediaType), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(lines.Count(character => character == '\n'), answer.Count(character => character == '\n'));
        Assert.Equal(lines.Count(character => character == '\r'), answer.Count(character => character == '\r'));
        Assert.DoesNotContain("example.com", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Köln", answer, StringComparison.Ordinal);
        var restored = await client.RepersonalizeAsync("[" + string.Join(',', answer.Trim('\uFEFF', '\n', '\r').Split('\n')) + "]").ReadAsync();
        Assert.Equal("[" + string.Join(',', lines.Trim('\uFEFF', '\n', '\r').Split('\n')) + "]", restored.Document());
        Assert.Equal(int.Parse(response.Headers.GetValues(PrivacyClient.CountHeader).Single(), CultureInfo.InvariantCulture), restored.GetProperty("restored").GetInt32());
    }

    [Theory]
    [InlineData("/v1/pseudonymize?feild=nickname", "application/x-ndjson", "{\"nickname\":\"gracie\"}", "allow, deny, detect, dictionary, exceptField, exceptType, field, owner, pattern, scope, style, ttl, type")]
    [InlineData("/v1/mask?mode=block", "text/plain", "gracie", "owner, scope, style, ttl")]
    [InlineData("/v1/mask?scope=conversation:1", "application/json", "{\"text\":\"gracie\"}", "owner")]
    public async Task Calls_WithAParameterThatThereIsNot_ProtectNothingAndSaySo(string path, string mediaType, string body, string known)
    {
        using var client = _privacy.Person(_ada);

        using var response = await client.PostAsync(path, new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(mediaType)), TestContext.Current.CancellationToken);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal((400, "unknown_parameter"), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal($"Send no others in the query than: {known}.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task PseudonymizeLines_ExceptedFields_StayInEveryLine()
    {
        using var client = _privacy.Person(_ada);
        const string Line = """{"email":"a@example.com","support":["help@example.com"]}""";

        using var response = await client.PostLinesAsync("?exceptField=support&exceptField=nobody", $"{Line}\n{Line}\n");
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd().Split('\n');

        Assert.All(lines, line => Assert.Matches("""^\{"email":"psn_[0-9a-z]{28}","support":\["help@example.com"\]\}$""", line));
        Assert.Equal(2, lines.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text/plain")]
    public async Task Pseudonymize_BodyWithoutAMediaTypeOfOurs_IsRefused(string mediaType)
    {
        using var client = _privacy.Person(_ada);
        using var content = new ByteArrayContent("{\"email\":\"a@example.com\"}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);

        using var response = await client.PostAsync("/v1/pseudonymize?field=email", content, TestContext.Current.CancellationToken);

        Assert.Equal((415, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task PseudonymizeLines_ThroughTheTypedClient_GivesTheSameForTheSameBatch()
    {
        using var http = _privacy.Service(Scopes.Pseudonymize);
        var client = new PrivacyClient(http);
        var options = new PseudonymizeLinesOptions(_ada, "request:tsk_1", ["email", "name"], Detect: true, TimeSpan.FromHours(1));
        var batch = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i =>
            $$"""{"id":{{i}},"name":"Person {{i}}","email":"p{{i}}@example.com","note":"call +49 30 {{1000000 + i}}"}""" + "\n")));

        var first = await client.PseudonymizeLinesAsync(batch, options, TestContext.Current.CancellationToken);
        var second = await client.PseudonymizeLinesAsync(batch, options, TestContext.Current.CancellationToken);

        Assert.Equal(600, first.Replaced);
        Assert.Equal(first.Lines.ToArray(), second.Lines.ToArray());
        Assert.InRange(first.ExpiresAt, DateTimeOffset.UtcNow.AddMinutes(59), DateTimeOffset.UtcNow.AddMinutes(61));
        using var person = _privacy.Person(_ada);
        var line = Encoding.UTF8.GetString(first.Lines.Span).Split('\n')[42];
        Assert.Equal(
            """{"id":42,"name":"Person 42","email":"p42@example.com","note":"call +49 30 1000042"}""",
            (await person.RepersonalizeAsync(line).ReadAsync()).Document());
    }

    [Fact]
    public async Task PseudonymizeLines_WithWishes_FindsWhatIsWanted()
    {
        using var client = _privacy.Person(_ada);
        const string lines = "{\"a\":\"T-1234 of Ada, help@example.com\"}\n{\"b\":\"bob@example.com at 203.0.113.7: Osprey\"}\n";
        const string wishes = "?dictionary=person_name:ada&dictionary=codename:Osprey&pattern=ticket:T-%5B0-9%5D%2B&allow=help@example.com&deny=of&exceptType=ip";

        using var response = await client.PostLinesAsync(wishes, lines);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Matches(
            "^\\{\"a\":\"psn_\\w{28} psn_\\w{28} psn_\\w{28}, help@example\\.com\"\\}\\n\\{\"b\":\"psn_\\w{28} at 203\\.0\\.113\\.7: psn_\\w{28}\"\\}\\n$", answer);
        Assert.Equal("5", response.Headers.GetValues(PrivacyClient.CountHeader).Single());
        using var only = await client.PostLinesAsync("?type=ip&field=none", lines);
        Assert.Contains("\"bob@example.com at psn_", await only.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?dictionary=Ada", "missing_type")]
    [InlineData("?pattern=T-1", "missing_type")]
    [InlineData("?pattern=ticket:(", "invalid_pattern")]
    [InlineData("?type=what", "unknown_type")]
    public async Task PseudonymizeLines_WishesThatCannotBeMet_AreRefused(string query, string code)
    {
        using var client = _privacy.Person(_ada);

        Assert.Equal(code, await client.PostLinesAsync(query, "{}").ReadProblemAsync(400));
    }

    [Fact]
    public async Task PseudonymizeLines_LinesThatAreNoObjects_AreNamed()
    {
        using var client = _privacy.Person(_ada);

        using var response = await client.PostLinesAsync("?field=email", "{}\nno json ada@example.com\n\n[1]\n{\"a\":1}\n{\"a\":1} 2\n\"x\"");
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var problem = JsonDocument.Parse(body).RootElement;

        Assert.Equal((400, "invalid_line"), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal([2, 3, 4, 6, 7], problem.GetProperty("lines").EnumerateArray().Select(line => line.GetInt32()));
        Assert.DoesNotContain("ada@", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PseudonymizeLines_ManyValues_AreStoredInSeveralSteps()
    {
        using var client = _privacy.Person(_ada);
        var lines = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{{\"n\":{i}}}\n"));

        using var response = await client.PostLinesAsync("?field=n&scope=subject", lines);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("10000", response.Headers.GetValues(PrivacyClient.CountHeader).Single());
        var restored = await client.RepersonalizeAsync("[" + string.Join(',', answer.TrimEnd('\n').Split('\n')) + "]").ReadAsync();
        Assert.Equal("[" + string.Join(',', lines.TrimEnd('\n').Split('\n')) + "]", restored.Document());
    }

    [Fact]
    public async Task PseudonymizeLines_BodyOverTheLimit_IsRefused()
    {
        using var client = _privacy.Person(_ada);
        var line = "{\"note\":\"" + new string('x', 1000) + "\"}\n";

        Assert.Equal("body_too_large", await client.PostLinesAsync("?field=email", string.Concat(Enumerable.Repeat(line, 8400))).ReadProblemAsync(413));
    }

    [Fact]
    public async Task Pseudonymize_OtherMediaType_IsRefused()
    {
        using var client = _privacy.Person(_ada);

        using var content = new StringContent("email\na@example.com", Encoding.UTF8, "text/csv");
        Assert.Equal(
            "unsupported_media_type",
            await client.PostAsync("/v1/pseudonymize", content, TestContext.Current.CancellationToken).ReadProblemAsync(415));
    }

    [Fact]
    public async Task OpenApi_Pseudonymize_DescribesBothForms()
    {
        using var client = _privacy.CreateClient();

        var description = await client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken).ReadAsync();

        var content = description.GetProperty("paths").GetProperty("/v1/pseudonymize").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.Equal(
            ["application/json", PrivacyClient.LinesMediaType], content.EnumerateObject().Select(member => member.Name).Order());
    }

    public void Dispose() => _privacy.Dispose();
}
