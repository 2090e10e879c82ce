using System.Diagnostics;
using Platform.Contracts;
using Platform.TestKit;

namespace PrivacyService.Tests.Pseudonyms;

public sealed class RedisGoneTests
{
    [Fact]
    public async Task Calls_WithoutRedis_ReturnNothingUntilItIsBack()
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var privacy = new PrivacyApplication(redis.ConnectionString);
        using var client = privacy.Person(PlatformId.New("usr"));
        var answer = await client.PseudonymizeAsync("\"ada@example.com\"").ReadAsync();

        await redis.KillAsync();

        Assert.Equal("redis_unavailable", await Bounded(client.PseudonymizeAsync("\"bob@example.com\"")).ReadProblemAsync(503));
        Assert.Equal("redis_unavailable", await Bounded(client.PostLinesAsync("?field=email", "{\"email\":\"bob@example.com\"}\n")).ReadProblemAsync(503));
        Assert.Equal("redis_unavailable", await Bounded(client.RepersonalizeAsync(answer.Document())).ReadProblemAsync(503));
        using (var refused = await client.PseudonymizeAsync("\"bob@example.com\""))
        {
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.DoesNotContain("bob", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        // Finding needs no Redis, and gives no pseudonyms.
        await client.PostJsonAsync("/v1/detect", """{"document":"bob@example.com"}""").ReadAsync();

        await redis.RestartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => (await client.PseudonymizeAsync("\"bob@example.com\"")).IsSuccessStatusCode, TimeSpan.FromSeconds(15), "the service recovers");
    }

    private static async Task<HttpResponseMessage> Bounded(Task<HttpResponseMessage> sent)
    {
        var start = Stopwatch.GetTimestamp();
        var response = await sent;
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        return response;
    }
}
