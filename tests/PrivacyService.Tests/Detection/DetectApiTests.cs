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

    public void Dispose() => _privacy.Dispose();
}
