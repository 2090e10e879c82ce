using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.TestKit;

namespace PrivacyService.Tests.Pseudonyms;

/// <summary>A caller that got no answer repeats its call, with the key that it first sent it with.</summary>
public sealed class IdempotencyTests(RedisFixture redis) : IDisposable
{
    private const string Document = """{"document":{"email":"ada@example.com","note":"nothing"}}""";

    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private readonly string _ada = PlatformId.New("usr");

    [Fact]
    public async Task Pseudonymize_RepeatedWithItsKey_KeepsOneOriginalAndGivesTheSamePseudonyms()
    {
        using var client = _privacy.Person(_ada);

        using var first = await PostAsync(client, "k", Document);
        using var again = await PostAsync(client, "k", Document);
        using var plain = await PostAsync(client, null, Document);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(await TextAsync(first), await TextAsync(again));
        Assert.NotEqual(await TextAsync(first), await TextAsync(plain));
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(2, (await KeysAsync("document")).Count);

        var expires = DateTimeOffset.Parse(Assert.Single(again.Headers.GetValues("Idempotency-Expires")), null);
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
    }

    [Fact]
    public async Task PseudonymizeLines_RepeatedWithItsKey_GivesTheSameLinesAndCounts()
    {
        using var client = _privacy.Person(_ada);
        const string Lines = "{\"email\":\"ada@example.com\"}\n{\"email\":\"grace@example.com\"}\n";

        using var first = await PostAsync(client, "k", Lines, PrivacyClient.LinesMediaType);
        using var again = await PostAsync(client, "k", Lines, PrivacyClient.LinesMediaType);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(await TextAsync(first), await TextAsync(again));
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        foreach (var header in (string[])[PrivacyClient.CountHeader, PrivacyClient.ExpiresHeader])
        {
            Assert.Equal(first.Headers.GetValues(header), again.Headers.GetValues(header));
        }
    }

    [Fact]
    public async Task Pseudonymize_AnotherDocumentOrFormWithTheSameKey_IsRefused()
    {
        using var client = _privacy.Person(_ada);
        (await PostAsync(client, "k", Document)).Dispose();

        using var refused = await PostAsync(client, "k", Document.Replace("ada", "grace", StringComparison.Ordinal));
        using var otherForm = await PostAsync(client, "k", "{\"email\":\"ada@example.com\"}\n", PrivacyClient.LinesMediaType);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal(
            "idempotency_key_reused",
            (await refused.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, otherForm.StatusCode);
        Assert.Single(await KeysAsync("document"));
    }

    [Fact]
    public async Task Pseudonymize_WithTheKeyOfAnotherPerson_IsAnother()
    {
        using var ada = _privacy.Person(_ada);
        using var bob = _privacy.Person(PlatformId.New("usr"));

        (await PostAsync(ada, "k", Document)).Dispose();
        using var response = await PostAsync(bob, "k", Document);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, (await KeysAsync("document")).Count);
    }

    [Fact]
    public async Task Pseudonymize_Refused_LeavesTheKeyToTheCorrectedCall()
    {
        using var client = _privacy.Person(_ada);

        using var refused = await PostAsync(client, "k", "{}");
        using var corrected = await PostAsync(client, "k", Document);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, corrected.StatusCode);
        Assert.Single(await KeysAsync("document"));
    }

    [Fact]
    public async Task Answer_InRedis_CannotBeRead()
    {
        using var client = _privacy.Person(_ada);
        (await PostAsync(client, "secret-key", Document)).Dispose();

        var key = Assert.Single(await KeysAsync("idempotency"));
        var record = Encoding.Latin1.GetString((byte[])(await redis.GetDatabase().StringGetAsync(key))!);

        foreach (var secret in (string[])["secret", "ada", "nothing", "psn_", "document"])
        {
            Assert.DoesNotContain(secret, record, StringComparison.OrdinalIgnoreCase);
        }
    }

    public void Dispose() => _privacy.Dispose();

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string? key, string body, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/pseudonymize") { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private async Task<List<string>> KeysAsync(string family)
    {
        var keys = new List<string>();
        await foreach (var key in redis.Multiplexer.GetServers()[0].KeysAsync(redis.GetDatabase().Database, $"{_privacy.KeyPrefix}*{family}*"))
        {
            keys.Add(key.ToString());
        }

        return keys;
    }
}
