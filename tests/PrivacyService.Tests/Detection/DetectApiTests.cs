using Platform.Contracts;
using Platform.TestKit;

namespace PrivacyService.Tests.Detection;

public sealed class DetectApiTests(RedisFixture redis) : IDisposable
{
    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);

    [Fact]
    public async Task Detect_Document_TellsWhereWithoutTheValue()
    {
        using var client = _privacy.Person(PlatformId.New("usr"));

        var answer = await client.PostJsonAsync(
            "/v1/detect", """{"document":{"a/b":[1,{"~":"🙂 ada\u0040example.com"}],"c":["x","4111 1111 1111 1111"],"d":203}}""").ReadAsync();

        Assert.Equal(
            [("email", "/a~1b/1/~0", 3, 15), ("card", "/c/1", 0, 19)],
            answer.GetProperty("findings").EnumerateArray().Select(finding => (
                finding.GetProperty("type").GetString()!,
                finding.GetProperty("path").GetString()!,
                finding.GetProperty("start").GetInt32(),
                finding.GetProperty("length").GetInt32())));
        Assert.False(answer.GetProperty("truncated").GetBoolean());
        Assert.DoesNotContain("example", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detect_ByAServiceWithoutTheScope_IsRefused()
    {
        using var service = _privacy.Service(Scopes.SendNotifications);
        using var allowed = _privacy.Service(Scopes.Pseudonymize);

        await service.PostJsonAsync("/v1/detect", """{"document":1}""").ReadProblemAsync(403);
        await allowed.PostJsonAsync("/v1/detect", """{"document":1}""").ReadAsync();
    }

    [Fact]
    public async Task Detect_TextWithWishes_FindsWhatIsWanted()
    {
        using var client = _privacy.Person(PlatformId.New("usr"));

        var answer = await client.PostJsonAsync(
            "/v1/detect",
            """
            {"text":"Ada of T-1234 at 203.0.113.7, help@example.com","dictionary":{"person_name":["ada"]},"patterns":[{"type":"ticket","pattern":"T-[0-9]+"}],
             "allow":["help@example.com"],"exceptTypes":["ip"]}
            """).ReadAsync();

        Assert.Equal(
            [("person_name", "", 0, 3), ("ticket", "", 7, 6)],
            answer.GetProperty("findings").EnumerateArray().Select(finding => (
                finding.GetProperty("type").GetString()!,
                finding.GetProperty("path").GetString()!,
                finding.GetProperty("start").GetInt32(),
                finding.GetProperty("length").GetInt32())));
    }

    [Fact]
    public async Task Detect_NeitherOrBothOrWishesOutOfBounds_AreRefused()
    {
        using var client = _privacy.Person(PlatformId.New("usr"));

        Assert.Equal("document_or_text", await client.PostJsonAsync("/v1/detect", "{}").ReadProblemAsync(400));
        Assert.Equal("document_or_text", await client.PostJsonAsync("/v1/detect", """{"document":1,"text":"x"}""").ReadProblemAsync(400));
        Assert.Equal("unknown_type", await client.PostJsonAsync("/v1/detect", """{"text":"x","types":["what"]}""").ReadProblemAsync(400));
        Assert.Equal(
            "invalid_pattern",
            await client.PostJsonAsync("/v1/pseudonymize", """{"document":"x","patterns":[{"type":"a","pattern":"("}]}""").ReadProblemAsync(400));
    }

    [Fact]
    public async Task Detect_PatternThatMatchesTooLong_IsRefusedInTime()
    {
        using var client = _privacy.Person(PlatformId.New("usr"));
        var text = new string('b', 1_000_000);

        // Each match is looked for to the end of the text before the short one counts.
        var problem = await client.PostJsonAsync(
            "/v1/detect", $$"""{"text":"{{text}}","patterns":[{"type":"a","pattern":"b.*c|b"}]}""").ReadProblemAsync(422);

        Assert.Equal("patterns_too_slow", problem);
    }

    public void Dispose() => _privacy.Dispose();
}
