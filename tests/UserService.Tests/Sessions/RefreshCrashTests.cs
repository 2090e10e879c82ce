using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace UserService.Tests.Sessions;

/// <summary>
/// Something is killed while a refresh is under way, at a moment that nobody chose. Whoever asks again with the same token goes on, with one
/// successor: nobody is locked out, and no two families come of it.
/// </summary>
public sealed class RefreshCrashTests(ServiceFixture service)
{
    private const int LongestUndisturbed = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string?> LongGrace = new() { ["Sessions:RefreshGrace"] = "00:01:00" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_RedisKilledMeanwhile_GoesOnWithOneSuccessor()
    {
        // Every write is on disk before it is answered: what the disk may lose within a second is another matter.
        await using var redis = await RedisServer.StartAsync(new RedisServerOptions { ExtraConfiguration = ["appendfsync always"] }, Stop);
        await using var application = new UserServiceApplication(redis.ConnectionString, settings: LongGrace);
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();
        var token = person.Tokens.RefreshToken;
        for (var round = 0; round < 10; round++)
        {
            var first = TryRefreshAsync(client, token);
            await Task.Delay(Random.Shared.Next(LongestUndisturbed), Stop);
            await redis.KillAsync();
            var answer = await first;
            await redis.RestartAsync(Stop);
            token = await GoOnAsync(client, token, answer);
        }

        await DeadAsync(client, person.Tokens.RefreshToken, token);
    }

    [Fact]
    public async Task Refresh_ServiceKilledMeanwhile_GoesOnWithOneSuccessorThroughAnother()
    {
        var prefix = RedisFixture.NewPrefix("users");
        await using var other = new UserServiceApplication(service.Redis.ConnectionString, prefix, LongGrace);
        var person = await other.NewPersonAsync();
        using var client = other.CreateClient();
        var token = person.Tokens.RefreshToken;
        for (var round = 0; round < 3; round++)
        {
            await using var killed = await Replica.StartAsync(
                typeof(Program).Assembly.Location,
                [.. other.AllSettings.Where(setting => setting.Value is not null).Select(setting => (setting.Key, setting.Value!)), ("environment", "Development")]);
            var first = TryRefreshAsync(killed.Client, token);
            await Task.Delay(Random.Shared.Next(5 * LongestUndisturbed), Stop);
            killed.Kill();
            token = await GoOnAsync(client, token, await first);
        }

        await DeadAsync(client, person.Tokens.RefreshToken, token);
    }

    /// <returns>The successor, which is the same however often it was asked for.</returns>
    private static async Task<string> GoOnAsync(HttpClient client, string token, string? firstAnswer)
    {
        string? again = null;
        await Eventually.TrueAsync(async () => (again = await TryRefreshAsync(client, token)) is not null, Patience, "the refresh is answered");
        Assert.True(firstAnswer is null || firstAnswer == again, "Two successors came of one token.");
        return IssuedTokens.Of(JsonDocument.Parse(again!).RootElement).RefreshToken;
    }

    /// <summary>The first token of all is long spent: it ends the family.</summary>
    private static async Task DeadAsync(HttpClient client, params string[] tokens)
    {
        foreach (var token in tokens)
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = token }, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    /// <returns>The body; null where there was no answer, or one to ask again.</returns>
    private static async Task<string?> TryRefreshAsync(HttpClient client, string refreshToken)
    {
        try
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken }, Stop);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{response.StatusCode}");
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(Stop) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
