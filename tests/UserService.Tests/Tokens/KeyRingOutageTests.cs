using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis;
using Platform.TestKit;
using StackExchange.Redis;
using UserService.Tokens;

namespace UserService.Tests.Tokens;

public sealed class KeyRingOutageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rotation_WhileRedisIsKilled_LeavesOneRingForAllAndEveryTokenGood()
    {
        await using var redis = await RedisServer.StartAsync(new RedisServerOptions { ExtraConfiguration = ["appendfsync always"] });
        var prefix = RedisFixture.NewPrefix("users");
        await using var first = new UserServiceApplication(redis.ConnectionString, prefix);
        await using var second = new UserServiceApplication(redis.ConnectionString, prefix);
        KeyRing[] rings = [first.Services.GetRequiredService<KeyRing>(), second.Services.GetRequiredService<KeyRing>()];
        var tokens = new List<IssuedTokens>();
        for (var round = 0; round < 4; round++)
        {
            tokens.Add((await first.NewPersonAsync()).Tokens);
            await using (var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString))
            {
                await new StoredRing(connection.GetDatabase(), prefix).RipenAsync();
            }

            var rotating = Enumerable.Range(0, 40).Select(i => TryRotateAsync(rings[i % 2])).ToArray();
            if (round % 2 == 0)
            {
                await Task.WhenAny(rotating);
            }

            await redis.KillAsync();
            await Task.WhenAll(rotating);
            await redis.RestartAsync(Stop);

            KeyRingContent[] seen = [];
            await Eventually.TrueAsync(
                async () =>
                {
                    seen = await Task.WhenAll(rings.Select(ring => ring.TurnAsync(KeyRingTurn.Turn, Stop)));
                    return seen[0].Version == seen[1].Version;
                },
                Patience, "both replicas read the ring again");
            Assert.Equal(seen[0].Keys.Select(key => key.Key.Id), seen[1].Keys.Select(key => key.Key.Id));
            Assert.Single(seen[0].Keys, key => key.State == SigningKeyState.Active);
            Assert.Single(seen[0].Keys, key => key.State == SigningKeyState.Next);
            Assert.InRange(seen[0].Keys.Count, 3 + (round / 2), 3 + round);
        }

        foreach (var token in tokens)
        {
            using var client = second.ClientOf(token);
            await Eventually.TrueAsync(
                async () => (await client.GetAsync("/v1/users/me", Stop)).StatusCode == HttpStatusCode.OK, Patience, "a token of a retired key is good");
        }
    }

    [Fact]
    public async Task Signing_ByAReplicaThatCannotReadTheRing_EndsBeforeItsKeyCanHaveLeft()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString, settings: new()
        {
            ["Tokens:KeyRingInterval"] = "00:00:01",
        });
        using var client = application.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await TokenAsync(client)).StatusCode);

        await redis.KillAsync();
        Assert.Equal(HttpStatusCode.OK, (await TokenAsync(client)).StatusCode);
        await Eventually.TrueAsync(
            async () => (await TokenAsync(client)) is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null },
            Patience, "a ring of five intervals ago is too old to sign");

        // What was signed until then can still be checked.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/.well-known/jwks.json", Stop)).StatusCode);
        await redis.RestartAsync(Stop);
        await Eventually.TrueAsync(async () => (await TokenAsync(client)).StatusCode == HttpStatusCode.OK, Patience, "the replica signs again");
    }

    private static async Task TryRotateAsync(KeyRing ring)
    {
        try
        {
            await ring.TurnAsync(KeyRingTurn.Rotate, Stop);
        }
        catch (RedisUnavailableException)
        {
            // Whether it was done, the ring says.
        }
    }

    private static Task<HttpResponseMessage> TokenAsync(HttpClient client) => client.PostAsync("/oauth/token", new FormUrlEncodedContent(
        [new("grant_type", "client_credentials"), new("client_id", "taskservice"), new("client_secret", "secret-of-taskservice")]), Stop);
}
