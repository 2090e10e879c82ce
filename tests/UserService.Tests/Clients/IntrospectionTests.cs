using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.TestKit;
using Platform.TestKit.Tokens;
using UserService.Keys;
using UserService.Revocations;
using UserService.Tokens;

namespace UserService.Tests.Clients;

public sealed class IntrospectionTests(ServiceFixture service)
{
    private const string Inactive = """{"active":false}""";

    private readonly UserServiceApplication _application = service.Application;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Introspect_AccessTokenOfAPerson_TellsWhatItSays()
    {
        var person = await _application.NewPersonAsync();
        var token = new JsonWebToken(person.Tokens.AccessToken);
        using var client = _application.CreateClient();

        using var response = await OAuthCalls.PostAsync(client, "/oauth/introspect", person.Tokens.AccessToken, OAuthCalls.Gateway);

        Assert.True(response.Headers.CacheControl!.NoStore);
        var body = await UserServiceApplication.ReadAsync(response);
        Assert.True(body.GetProperty("active").GetBoolean());
        Assert.Equal("Bearer", body.GetProperty("token_type").GetString());
        Assert.Equal("access_token", body.GetProperty("token_use").GetString());
        Assert.Equal(person.Id, body.GetProperty("sub").GetString());
        Assert.Equal(person.Tokens.SessionId, body.GetProperty("sid").GetString());
        Assert.Equal("user", body.GetProperty("scope").GetString());
        Assert.Equal(token.Id, body.GetProperty("jti").GetString());
        Assert.Equal(UserServiceApplication.Issuer, body.GetProperty("iss").GetString());
        Assert.Equal("platform", body.GetProperty("aud").GetString());
        Assert.Equal(new DateTimeOffset(token.ValidTo, TimeSpan.Zero).ToUnixTimeSeconds(), body.GetProperty("exp").GetInt64());
        Assert.False(body.TryGetProperty("client_id", out _));
        Assert.False(body.TryGetProperty("username", out _));
    }

    [Fact]
    public async Task Introspect_TokenOfAService_NamesTheClient()
    {
        using var client = _application.CreateClient();
        var token = await OAuthCalls.ServiceTokenAsync(client, OAuthCalls.TaskService);

        // With a bearer token of the right scope this time.
        var caller = OAuthCalls.Bearer(await OAuthCalls.ServiceTokenAsync(client, OAuthCalls.Gateway));
        using var response = await OAuthCalls.PostAsync(client, "/oauth/introspect", token, caller);

        var body = await UserServiceApplication.ReadAsync(response);
        Assert.True(body.GetProperty("active").GetBoolean());
        Assert.Equal("taskservice", body.GetProperty("client_id").GetString());
        Assert.False(body.TryGetProperty("sid", out _));
    }

    [Fact]
    public async Task Introspect_RefreshToken_SpendsNothingAndKnowsTheSpentOne()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.CreateClient();
        for (var i = 0; i < 3; i++)
        {
            using var response = await OAuthCalls.PostFormAsync(
                client, "/oauth/introspect", $"token={person.Tokens.RefreshToken}&token_type_hint=access_token", OAuthCalls.Gateway);
            var body = await UserServiceApplication.ReadAsync(response);
            Assert.True(body.GetProperty("active").GetBoolean());
            Assert.Equal("refresh_token", body.GetProperty("token_use").GetString());
            Assert.False(body.TryGetProperty("token_type", out _));
            Assert.Equal(person.Id, body.GetProperty("sub").GetString());
            Assert.InRange(
                DateTimeOffset.FromUnixTimeSeconds(body.GetProperty("exp").GetInt64()) - DateTimeOffset.UtcNow, TimeSpan.FromDays(13.9), TimeSpan.FromDays(14.1));
        }

        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken }, Stop);
        var next = IssuedTokens.Of(await UserServiceApplication.ReadAsync(refresh));
        Assert.Equal(Inactive, await AskAsync(person.Tokens.RefreshToken));
        Assert.StartsWith("""{"active":true""", await AskAsync(next.RefreshToken), StringComparison.Ordinal);

        // Asking about the spent one was no use of it, which would have ended the session.
        using var again = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = next.RefreshToken }, Stop);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("session")]
    [InlineData("stolen")]
    [InlineData("account")]
    public async Task Introspect_TokenThatEndedBeforeItsTime_SaysOnlyThatItIsNotActive(string what)
    {
        var person = await _application.NewPersonAsync();
        using var own = _application.ClientOf(person.Tokens);
        switch (what)
        {
            case "token":
                await _application.Services.GetRequiredService<Revoker>().RevokeTokenAsync(new JsonWebToken(person.Tokens.AccessToken).Id, Stop);
                break;
            case "session":
                (await own.PostAsync("/v1/auth/logout", null, Stop)).EnsureSuccessStatusCode();
                break;
            case "stolen":
                // What a copied refresh token leaves until its session is ended.
                var keys = _application.Services.GetRequiredService<UserKeys>();
                await service.Redis.GetDatabase().HashSetAsync(keys.Session(person.Id, person.Tokens.SessionId), "stolen", 1);
                break;
            default:
                (await own.DeleteOwnAccountAsync(person.Password)).EnsureSuccessStatusCode();
                break;
        }

        Assert.Equal(Inactive, await AskAsync(person.Tokens.AccessToken));
        Assert.Equal(what == "token", (await AskAsync(person.Tokens.RefreshToken)) != Inactive);
    }

    [Fact]
    public async Task Introspect_EveryForgedToken_SaysOnlyThatItIsNotActive()
    {
        using var trap = new KeyTrap();
        var person = await _application.NewPersonAsync();
        var key = await _application.Services.GetRequiredService<KeyRing>().GetActiveAsync(Stop);
        using var forge = new TokenForge(
            key.SecurityKey.ECDsa, key.Id,
            new()
            {
                ["iss"] = UserServiceApplication.Issuer, ["aud"] = "platform", ["sub"] = person.Id, ["sid"] = person.Tokens.SessionId, ["scope"] = "user", ["ep"] = 0,
            },
            "rt_made-up", trap.Address);
        Assert.StartsWith("""{"active":true""", await AskAsync(Token(TokenAttacks.Harmless["as issued"](forge))!), StringComparison.Ordinal);

        var asked = 0;
        foreach (var (name, attack) in TokenAttacks.All)
        {
            if (Token(attack(forge)) is { Length: > 0 and < 10_000 } token && !token.Contains('\0', StringComparison.Ordinal))
            {
                asked++;
                var answer = await AskAsync(token);
                Assert.True(answer == Inactive, $"{name}: {answer}");
            }
        }

        Assert.InRange(asked, 250, int.MaxValue);
        Assert.False(trap.IsSprung);
    }

    [Fact]
    public async Task Introspect_ByWhoMayNot_IsRefused()
    {
        var person = await _application.NewPersonAsync();
        var admin = await _application.SignInAdminAsync();
        using var client = _application.CreateClient();
        var taskToken = await OAuthCalls.ServiceTokenAsync(client, OAuthCalls.TaskService);

        foreach (var (caller, status, error) in new[]
        {
            (null, 401, "invalid_client"),
            (OAuthCalls.Basic("gateway", "wrong"), 401, "invalid_client"),
            (OAuthCalls.Basic("nobody", "secret-of-the-gateway"), 401, "invalid_client"),
            (OAuthCalls.TaskService, 403, "insufficient_scope"),
            (OAuthCalls.Bearer(taskToken), 403, "insufficient_scope"),
            (OAuthCalls.Bearer(person.Tokens.AccessToken), 403, "insufficient_scope"),
            (OAuthCalls.Bearer(admin.AccessToken), 403, "insufficient_scope"),
            (OAuthCalls.Bearer("made.up.token"), 401, "invalid_token"),
        })
        {
            using var response = await OAuthCalls.PostAsync(client, "/oauth/introspect", person.Tokens.AccessToken, caller);
            var challenge = response.Headers.WwwAuthenticate.ToString();
            Assert.Equal(caller?.Scheme == "Bearer" ? "Bearer" : status == 401 ? "Basic" : "", challenge.Split(' ')[0]);
            await OAuthCalls.RefusedAsync(response, status, error);
        }
    }

    [Fact]
    public async Task Introspect_RedisAway_Is503()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();
        await redis.KillAsync();

        foreach (var path in (string[])["/oauth/introspect", "/oauth/revoke"])
        {
            foreach (var token in (string[])[person.Tokens.AccessToken, person.Tokens.RefreshToken])
            {
                using var response = await OAuthCalls.PostAsync(client, path, token, OAuthCalls.Gateway);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                Assert.NotNull(response.Headers.RetryAfter);
            }
        }

        // Nothing was half done.
        await redis.RestartAsync(Stop);
        await Eventually.TrueAsync(
            async () =>
            {
                using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken }, Stop);
                return refresh.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(20), "the session is as it was");
    }

    private static string? Token(string[] headers) =>
        headers is [var header] && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..] : null;

    private async Task<string> AskAsync(string token)
    {
        using var client = _application.CreateClient();
        using var response = await OAuthCalls.PostAsync(client, "/oauth/introspect", token, OAuthCalls.Gateway);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Stop);
    }
}
