using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.ServiceDefaults.Revocations;
using Platform.TestKit;
using UserService.Keys;
using UserService.Revocations;

namespace UserService.Tests.Revocations;

public class RevocationTests(ServiceFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly UserServiceApplication _application = fixture.Application;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revoke_ASession_LeavesItsRefreshTokenWorthless(bool ownerNamed)
    {
        var person = await _application.NewPersonAsync();
        using var admin = _application.ClientOf(await _application.SignInAdminAsync());
        object request = ownerNamed ? new { sessionId = person.Tokens.SessionId, userId = person.Id } : new { sessionId = person.Tokens.SessionId };

        using var revoked = await admin.PostAsJsonAsync("/v1/revocations", request, Stop);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        if (ownerNamed)
        {
            Assert.Empty((await admin.GetFromJsonAsync<JsonElement>($"/v1/users/{person.Id}/sessions", Stop)).GetProperty("items").EnumerateArray());
        }

        using var client = _application.CreateClient();
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken }, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
        Assert.Empty((await admin.GetFromJsonAsync<JsonElement>($"/v1/users/{person.Id}/sessions", Stop)).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("token")]
    [InlineData("session")]
    [InlineData("user")]
    public async Task Revoke_ByAnAdministrator_EndsExactlyThatAtOnce(string what)
    {
        var person = await _application.NewPersonAsync();
        var again = await _application.SignInAsync(person.Email, person.Password);
        var stranger = await _application.NewPersonAsync();
        using var admin = _application.ClientOf(await _application.SignInAdminAsync());
        object request = what switch
        {
            "token" => new { tokenId = new JsonWebToken(person.Tokens.AccessToken).Id },
            "session" => new { sessionId = person.Tokens.SessionId },
            _ => new { userId = person.Id },
        };

        using var revoked = await admin.PostAsJsonAsync("/v1/revocations", request, Stop);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(person.Tokens));
        Assert.Equal(what == "user" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, await MeAsync(again));
        Assert.Equal(HttpStatusCode.OK, await MeAsync(stranger.Tokens));

        // What is issued from now on is good, where there may be anything.
        Assert.Equal(HttpStatusCode.OK, await MeAsync(await _application.SignInAsync(person.Email, person.Password)));
        using var client = _application.CreateClient();
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = again.RefreshToken }, Stop);
        Assert.Equal(what == "user" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, refresh.StatusCode);
    }

    [Fact]
    public async Task Revoke_Everybody_RefusesEveryTokenThereWasAndNoneThereWillBe()
    {
        await using var application = new UserServiceApplication(fixture.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var admin = application.ClientOf(await application.SignInAdminAsync());

        using var revoked = await admin.PostAsJsonAsync("/v1/revocations", new { everybody = true }, Stop);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Contains("An administrator revoked everybody's access tokens", application.Logs.Text, StringComparison.Ordinal);
        using var client = application.ClientOf(person.Tokens);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/users/me", Stop)).StatusCode);
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken }, Stop);
        using var renewed = application.ClientOf(IssuedTokens.Of(await UserServiceApplication.ReadAsync(refresh)));
        Assert.Equal(HttpStatusCode.OK, (await renewed.GetAsync("/v1/users/me", Stop)).StatusCode);
    }

    [Fact]
    public async Task Revoke_BySomebodyElseOrWithoutSayingWhat_IsRefused()
    {
        var person = await _application.NewPersonAsync();
        using var own = _application.ClientOf(person.Tokens);
        using var admin = _application.ClientOf(await _application.SignInAdminAsync());
        using var nobody = _application.CreateClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsJsonAsync("/v1/revocations", new { everybody = true }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await own.PostAsJsonAsync("/v1/revocations", new { userId = person.Id }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await own.GetAsync("/v1/revocations", Stop)).StatusCode);
        foreach (object wrong in (object[])[new { }, new { tokenId = "a", everybody = true }, new { userId = "ada" }, new { sessionId = person.Id }])
        {
            using var refused = await admin.PostAsJsonAsync("/v1/revocations", wrong, Stop);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Feed_FollowedByAService_TellsWithinMomentsAndNamesNobody()
    {
        var person = await _application.NewPersonAsync();
        using var service = _application.ClientOf(await ServiceTokenAsync("revocations:read"));
        using var blind = _application.ClientOf(await ServiceTokenAsync("notifications:send"));
        Assert.Equal(HttpStatusCode.Forbidden, (await blind.GetAsync("/v1/revocations", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await service.GetAsync("/v1/revocations?after=x", Stop)).StatusCode);
        var before = await service.GetFromJsonAsync<JsonElement>("/v1/revocations", Stop);
        var digest = RevocationDigest.Of(RevocationKind.Session, person.Tokens.SessionId).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

        var next = FollowAsync(service, before.GetProperty("position").GetString()!, digest);
        using (var client = _application.ClientOf(person.Tokens))
        {
            (await client.PostAsync("/v1/auth/logout", null, Stop)).EnsureSuccessStatusCode();
        }

        var item = await next.WaitAsync(Patience, Stop);
        Assert.Equal("session", item.GetProperty("kind").GetString());
        Assert.False(item.TryGetProperty("before", out _));
        Assert.DoesNotContain(person.Tokens.SessionId, item.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revocation_OverKillsOfRedisAndOfTheService_Holds()
    {
        // Every write is on disk before it is answered, so that the disk's own delays are no part of this test.
        await using var redis = await RedisServer.StartAsync(new RedisServerOptions { ExtraConfiguration = ["appendfsync always"] });
        var prefix = RedisFixture.NewPrefix("users");
        SignedIn person;
        await using (var application = new UserServiceApplication(redis.ConnectionString, prefix))
        {
            person = await application.NewPersonAsync();
            await application.Services.GetRequiredService<Revoker>().RevokeTokenAsync(new JsonWebToken(person.Tokens.AccessToken).Id, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(application, person.Tokens));

            await redis.KillAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(application, person.Tokens));
            await redis.RestartAsync(Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(application, person.Tokens));
        }

        await using var later = new UserServiceApplication(redis.ConnectionString, prefix);
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(later, person.Tokens));
        Assert.Equal(HttpStatusCode.OK, await MeAsync(later, await later.SignInAsync(person.Email, person.Password)));
    }

    [Fact]
    public async Task Revoke_APersonWhileTokensAreRefreshed_LeavesNoneAlive()
    {
        var person = await _application.NewPersonAsync();
        var sessions = new List<IssuedTokens> { person.Tokens };
        for (var i = 0; i < 9; i++)
        {
            sessions.Add(await _application.SignInAsync(person.Email, person.Password));
        }

        using var client = _application.CreateClient();
        using var admin = _application.ClientOf(await _application.SignInAdminAsync());
        var issued = new System.Collections.Concurrent.ConcurrentBag<IssuedTokens>(sessions);
        var refreshing = sessions.Select(async tokens =>
        {
            while (true)
            {
                using var answer = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken }, Stop);
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    return;
                }

                tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(answer));
                issued.Add(tokens);
            }
        }).ToArray();
        await Eventually.TrueAsync(() => Task.FromResult(issued.Count > 40), Patience, "tokens are being refreshed");

        using var revoked = await admin.PostAsJsonAsync("/v1/revocations", new { userId = person.Id }, Stop);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await Task.WhenAll(refreshing).WaitAsync(Patience, Stop);
        foreach (var tokens in issued)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(tokens));
        }
    }

    [Fact]
    public async Task Feed_OfManyRevocations_TakesAtMost160BytesEachAndIsReadWhole()
    {
        const int Many = 100_000;
        await using var application = new UserServiceApplication(fixture.Redis.ConnectionString);
        var feed = application.Services.GetRequiredService<RevocationFeed>();
        var list = application.Services.GetRequiredService<RevocationList>();
        await feed.AppendAsync(
            Enumerable.Range(0, Many).Select(i => (RevocationKind.Session, RevocationDigest.Of(RevocationKind.Session, $"ses_{i}"))), Stop);

        var taken = (long)await fixture.Redis.GetDatabase().ExecuteAsync(
            "MEMORY", "USAGE", application.Services.GetRequiredService<UserKeys>().Revocations, "SAMPLES", "0");
        Assert.InRange(taken / (double)Many, 1, 160);
        await Eventually.TrueAsync(() => Task.FromResult(list.Count == Many), Patience, "the service has read them all");
    }

    private static async Task<JsonElement> FollowAsync(HttpClient service, string after, string digest)
    {
        while (true)
        {
            var page = await service.GetFromJsonAsync<JsonElement>($"/v1/revocations?after={after}&wait=10", Stop);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                if (item.GetProperty("digest").GetString() == digest)
                {
                    return item;
                }
            }

            after = page.GetProperty("position").GetString()!;
        }
    }

    private async Task<string> ServiceTokenAsync(string scope)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsync("/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", "taskservice"), new("client_secret", "secret-of-taskservice"), new("scope", scope)]));
        return (await UserServiceApplication.ReadAsync(response)).GetProperty("access_token").GetString()!;
    }

    private Task<HttpStatusCode> MeAsync(IssuedTokens tokens) => MeAsync(_application, tokens);

    private static async Task<HttpStatusCode> MeAsync(UserServiceApplication application, IssuedTokens tokens)
    {
        using var client = application.ClientOf(tokens);
        using var response = await client.GetAsync("/v1/users/me", Stop);
        return response.StatusCode;
    }
}
