using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Platform.Contracts;
using Platform.TestKit;
using PrivacyService.Masking;
using PrivacyService.Tests.Activity;

namespace PrivacyService.Tests;

/// <summary>What docs/privacy.md promises of a Redis that is full, and of one that stops in the middle of an answer.</summary>
public sealed class RedisFaultTests : UpstreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Calls_RedisFull_StoreAndRestoreNothingAndEraseAllTheSame()
    {
        using var ada = Privacy.Person(Ada);
        var answer = await ada.PseudonymizeAsync("\"ada@example.com\"").ReadAsync();
        var masked = (await ada.PostJsonAsync("/v1/mask", """{"text":"ada@example.com"}""").ReadAsync()).GetProperty("text").GetString();
        await CountedAsync(ada, "calls", 2);
        await Server.CommandAsync("CONFIG", "SET", "maxmemory", "1");

        Func<Task<HttpResponseMessage>>[] calls =
        [
            () => ada.PseudonymizeAsync("\"bob@example.com\""),
            () => ada.PostLinesAsync("?field=email", "{\"email\":\"bob@example.com\"}\n"),
            () => ada.PostJsonAsync("/v1/mask", """{"text":"bob@example.com"}"""),
            () => ada.PostAsync("/v1/mask", new StringContent("bob@example.com", Encoding.UTF8, MaskApi.TextMediaType), Stop),
            () => ada.PostJsonAsync("/gateway/model/v1", """{"to":"bob@example.com"}"""),
            () => ada.RepersonalizeAsync(answer.Document()),
            () => ada.PostJsonAsync("/v1/repersonalize", $$"""{"pseudonymId":"{{answer.GetProperty("pseudonymId").GetString()}}"}"""),
            () => ada.PostJsonAsync("/v1/unmask", $$"""{"text":"{{masked}}"}"""),
        ];
        foreach (var call in calls)
        {
            using var refused = await call();
            var body = await refused.Content.ReadAsStringAsync(Stop);
            Assert.True((int)refused.StatusCode == 503, body);
            Assert.Equal("redis_unavailable", JsonDocument.Parse(body).RootElement.GetProperty("code").GetString());
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.DoesNotContain("@example.com", body, StringComparison.Ordinal);
        }

        Assert.Empty(Upstream.Calls);
        await ada.PostJsonAsync("/v1/detect", """{"document":"bob@example.com"}""").ReadAsync();

        var receipt = await ada.DeleteAsync("/v1/subjects/me", Stop).ReadAsync();
        Assert.Equal(receipt.GetRawText(), (await ada.GetAsync("/v1/receipts/" + receipt.GetProperty("id").GetString(), Stop).ReadAsync()).GetRawText());
        Assert.Equal("pseudonyms_not_found", await ada.RepersonalizeAsync(answer.Document()).ReadProblemAsync(404));

        // What was called waits until there is room.
        await Server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        using var admin = Privacy.Client(Privacy.Issuer.UserToken(PlatformId.New("usr"), "admin"));
        await CountedAsync(admin, "calls", 2 + calls.Length + 1);
        Assert.Equal(calls.Length, ActivityTests.Number((await admin.GetAsync("/v1/stats", Stop).ReadAsync()).GetProperty("codes"), "redis_unavailable"));
    }

    [Fact]
    public async Task GatewayStream_RedisStopsInTheMiddle_IsBrokenOff()
    {
        Privacy.UseKestrel(port: 0);
        using var ada = Privacy.Person(Ada);
        var stopped = new TaskCompletionSource();
        Upstream.Answer = async (context, body) =>
        {
            context.Response.ContentType = "text/event-stream";
            foreach (var mask in JsonSerializer.Deserialize<string[]>(body)!)
            {
                await context.Response.WriteAsync($"data: to {mask}, and\n\n");
                await context.Response.Body.FlushAsync();
                await stopped.Task;
            }
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/gateway/model/v1")
        {
            Content = new StringContent("""["ada@example.com","bob@example.com"]""", Encoding.UTF8, "application/json"),
        };
        using var answer = await ada.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        Assert.Equal("data: to ada@example.com, and", await events.ReadLineAsync(Stop));

        Server.Pause();
        try
        {
            stopped.SetResult();
            var rest = new StringBuilder();
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                while (await events.ReadLineAsync(Stop) is { } line)
                {
                    rest.Append(line);
                }
            });
            Assert.DoesNotContain("PII_", rest.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("bob", rest.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Server.Resume();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                using var again = await ada.PostJsonAsync("/gateway/model/v1", """["ada@example.com","bob@example.com"]""");
                return again.IsSuccessStatusCode && (await again.Content.ReadAsStringAsync(Stop)).Contains("bob@example.com", StringComparison.Ordinal);
            },
            Patience, "the gateway goes on");
    }

    private static Task CountedAsync(HttpClient client, string what, int times) => Eventually.TrueAsync(
        async () => ActivityTests.Number((await client.GetAsync("/v1/stats", Stop).ReadAsync()).GetProperty("totals"), what) == times, Patience, $"{times} {what} are counted");
}
