using System.Text.Json;
using Platform.Contracts;
using Platform.TestKit;

namespace PrivacyService.Tests.Activity;

/// <summary>A process of the service is killed between calls and what is written of them, at moments that nobody chose.</summary>
public sealed class KilledProcessTests(RedisFixture redis) : IAsyncLifetime
{
    private const int Rounds = 3;
    private const int Callers = 4;
    private const int Undisturbed = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _ada = PlatformId.New("usr");
    private readonly PrivacyApplication _privacy = new(redis.ConnectionString);
    private int _sent;
    private int _answered;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _privacy.DisposeAsync();
        await redis.GetDatabase().KeyDeleteAsync([.. RedisFixture.Keys(redis.Multiplexer, _privacy.KeyPrefix)]);
    }

    [Fact]
    public async Task Totals_OfAProcessThatIsKilled_MissItsLastCallsAtMostAndCountNoneTwice()
    {
        using var admin = _privacy.Client(_privacy.Issuer.UserToken(PlatformId.New("usr"), "admin"));
        using var ada = _privacy.Person(_ada);
        for (var round = 0; round < Rounds; round++)
        {
            await using var killed = await PrivacyProcess.StartAsync(_privacy);
            var client = killed.Client(_privacy.Issuer.UserToken(_ada));

            // What was written before it is killed stays, and counts once.
            var before = await CallsAsync(admin);
            for (var i = 0; i < Undisturbed; i++)
            {
                await MaskAsync(client);
            }

            await Eventually.TrueAsync(async () => await CallsAsync(admin) == before + Undisturbed, Patience, "the calls are counted");
            var (sent, answered) = (_sent, _answered);
            var calling = Enumerable.Range(0, Callers).Select(_ => CallUntilItIsGoneAsync(client)).ToArray();
            await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref _answered) > answered + Random.Shared.Next(1, 200)), Patience, "calls are answered");
            killed.Kill();
            await Task.WhenAll(calling);

            // Whatever was under way at Redis has an answer by the time of the next call, since that is counted after it.
            var next = await CountOneMoreAsync(admin, ada);
            Assert.InRange(next - before - Undisturbed - 1, 0, _sent - sent);
        }

        // Each total is of the same calls: one step writes them all.
        var all = await StatisticsAsync(admin);
        var calls = Number(all.GetProperty("totals"), "calls");
        Assert.Equal((calls, calls), (Number(all.GetProperty("totals"), "values"), Number(all.GetProperty("types"), "email")));
        Assert.Equal(calls, all.GetProperty("days").EnumerateArray().Sum(day => Number(day.GetProperty("calls"), "calls")));
        Assert.Equal(calls, (int)await redis.GetDatabase().StreamLengthAsync(_privacy.KeyPrefix + "privacy:events:v1:{all}"));
        Assert.InRange(Number((await StatisticsAsync(ada)).GetProperty("totals"), "calls"), Rounds, calls);
    }

    private async Task CallUntilItIsGoneAsync(HttpClient client)
    {
        try
        {
            while (true)
            {
                await MaskAsync(client);
            }
        }
        catch (HttpRequestException)
        {
            // It was killed.
        }
    }

    private async Task MaskAsync(HttpClient client)
    {
        Interlocked.Increment(ref _sent);
        using var response = await client.PostJsonAsync("/v1/mask", """{"text":"ada@example.com"}""");
        Assert.True(response.IsSuccessStatusCode);
        await response.Content.ReadAsByteArrayAsync(Stop);
        Interlocked.Increment(ref _answered);
    }

    /// <returns>All calls, when one more through another process is among them.</returns>
    private static async Task<int> CountOneMoreAsync(HttpClient admin, HttpClient ada)
    {
        var before = Number((await StatisticsAsync(ada)).GetProperty("totals"), "calls");
        await ada.PostJsonAsync("/v1/mask", """{"text":"ada@example.com"}""").ReadAsync();
        await Eventually.TrueAsync(
            async () => Number((await StatisticsAsync(ada)).GetProperty("totals"), "calls") > before, Patience, "one more is counted");
        return await CallsAsync(admin);
    }

    private static async Task<int> CallsAsync(HttpClient admin) => Number((await StatisticsAsync(admin)).GetProperty("totals"), "calls");

    private static async Task<JsonElement> StatisticsAsync(HttpClient client) => await client.GetAsync("/v1/stats", Stop).ReadAsync();

    private static int Number(JsonElement element, string name) => ActivityTests.Number(element, name);
}
