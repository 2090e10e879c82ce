using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Platform.TestKit;
using UserService.Tests.Tokens;

namespace UserService.Tests.Clients;

public sealed class TokenRevocationTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revoke_RefreshTokenByWhoHoldsIt_EndsItsSession(bool spent)
    {
        var person = await _application.NewPersonAsync();
        var other = await _application.SignInAsync(person.Email, person.Password);
        var tokens = spent ? await RefreshAsync(person.Tokens) : person.Tokens;

        Assert.Equal(200, await RevokeAsync(person.Tokens.RefreshToken, null));

        Assert.Equal(401, await MeAsync(tokens.AccessToken));
        await Assert.ThrowsAsync<HttpRequestException>(() => RefreshAsync(tokens));
        Assert.Equal(200, await MeAsync(other.AccessToken));
        await RefreshAsync(other);

        // Once more is no error, with credentials of a client neither.
        Assert.Equal(200, await RevokeAsync(person.Tokens.RefreshToken, OAuthCalls.TaskService));
    }

    [Fact]
    public async Task Revoke_AccessTokenByItselfOrByAClient_EndsItAloneInEveryService()
    {
        var person = await _application.NewPersonAsync();
        await using var other = await OtherService.StartAsync([], TimeProvider.System, _application);
        foreach (var caller in (Func<string, AuthenticationHeaderValue>[])[OAuthCalls.Bearer, _ => OAuthCalls.TaskService])
        {
            var tokens = await RefreshAsync(person.Tokens);
            person = person with { Tokens = tokens };
            using var elsewhere = other.ClientOf(tokens.AccessToken);
            Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/me", Stop)).StatusCode);

            Assert.Equal(200, await RevokeAsync(tokens.AccessToken, caller(tokens.AccessToken)));

            Assert.Equal(401, await MeAsync(tokens.AccessToken));
            await Eventually.TrueAsync(
                async () => (await elsewhere.GetAsync("/me", Stop)).StatusCode == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(20), "the other service hears of it");
        }

        // The session goes on.
        Assert.Equal(200, await MeAsync((await RefreshAsync(person.Tokens)).AccessToken));
    }

    [Fact]
    public async Task Revoke_AccessTokenByWhoMayNot_IsRefusedAndTheTokenStaysGood()
    {
        var person = await _application.NewPersonAsync();
        var stranger = await _application.NewPersonAsync();
        using var client = _application.CreateClient();
        var taskToken = await OAuthCalls.ServiceTokenAsync(client, OAuthCalls.TaskService);

        foreach (var (token, caller, status, error) in new[]
        {
            (person.Tokens.AccessToken, null, 401, "invalid_client"),
            (person.Tokens.AccessToken, OAuthCalls.Bearer(stranger.Tokens.AccessToken), 401, "invalid_client"),
            (person.Tokens.AccessToken, OAuthCalls.Basic("taskservice", "wrong"), 401, "invalid_client"),
            (person.Tokens.RefreshToken, OAuthCalls.Basic("taskservice", "wrong"), 401, "invalid_client"),
            (taskToken, OAuthCalls.Gateway, 400, "unauthorized_client"),
        })
        {
            using var response = await OAuthCalls.PostAsync(client, "/oauth/revoke", token, caller);
            await OAuthCalls.RefusedAsync(response, status, error);
        }

        Assert.Equal(200, await MeAsync(person.Tokens.AccessToken));
        await RefreshAsync(person.Tokens);
        Assert.Equal(403, await MeAsync(taskToken));
        Assert.Equal(200, await RevokeAsync(taskToken, OAuthCalls.TaskService));
        Assert.Equal(401, await MeAsync(taskToken));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("rt_nonsense")]
    [InlineData("a.b.c")]
    [InlineData("\u0001\r\n\u202e")]
    public async Task Revoke_TokenThatNeverWas_IsDoneAlready(string token)
    {
        Assert.Equal(200, await RevokeAsync(token, null));
        Assert.Equal(200, await RevokeAsync(token, OAuthCalls.TaskService));
    }

    [Fact]
    public async Task Revoke_TokenThatNeverWas_IsNotLoggedAsAnAttemptToGetIn()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        using var client = application.CreateClient();
        using var revoked = await OAuthCalls.PostFormAsync(client, "/oauth/revoke", "token=a.b.c", null);
        using var used = application.ClientOf("a.b.c");
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.DoesNotContain("An access token was refused", application.Logs.Text, StringComparison.Ordinal);

        using var refused = await used.GetAsync(new Uri("/v1/users/me", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("An access token was refused", application.Logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/oauth/introspect")]
    [InlineData("/oauth/revoke")]
    [InlineData("/oauth/token")]
    public async Task Form_ThatIsNotOne_IsRefusedAsOAuthDoes(string path)
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        application.UseKestrel(0);
        application.StartServer();
        using var client = new HttpClient { BaseAddress = application.ClientOptions.BaseAddress };
        foreach (var (form, status) in new[]
        {
            ("", 400), ("token=", 400), ("token=a&token=b", 400), ("grant_type=a&unknown=1&unknown=2&token=a", 400), ("client_id=a&client_id=b&token=a", 400),
            ("token=a&client_id=gateway&client_secret=secret-of-the-gateway", 400), ("token=" + new string('a', 100_000), 413),
            ("token=%00", 400), (string.Concat(Enumerable.Range(0, 1200).Select(i => $"p{i}=&")), 400),
        })
        {
            using var response = await OAuthCalls.PostFormAsync(client, path, form, OAuthCalls.Gateway);
            await OAuthCalls.RefusedAsync(response, status, "invalid_request");
        }

        foreach (var type in (string[])["application/json", "text/plain", "multipart/form-data"])
        {
            using var response = await OAuthCalls.PostFormAsync(client, path, "token=a", OAuthCalls.Gateway, type);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        }

        foreach (var credentials in (AuthenticationHeaderValue[])[new("Basic", "%%%"), new("Basic", "AAAA"), OAuthCalls.Basic("\0", "\u202e")])
        {
            using var response = await OAuthCalls.PostFormAsync(client, path, "token=%ff%zz", credentials);
            await OAuthCalls.RefusedAsync(response, 401, "invalid_client");
        }
    }

    [Fact]
    public async Task Revoke_TooOften_Is429()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["RateLimiting:Policies:token-revocation:Limit"] = "3" });
        using var client = application.CreateClient();
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await OAuthCalls.PostAsync(client, "/oauth/revoke", "nonsense", null);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([200, 200, 200, 429, 429], statuses);
    }

    private async Task<int> RevokeAsync(string token, AuthenticationHeaderValue? caller)
    {
        using var client = _application.CreateClient();
        using var response = await OAuthCalls.PostAsync(client, "/oauth/revoke", token, caller);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Stop));
        return (int)response.StatusCode;
    }

    private async Task<int> MeAsync(string token)
    {
        using var client = _application.ClientOf(token);
        using var response = await client.GetAsync("/v1/users/me", Stop);
        return (int)response.StatusCode;
    }

    private async Task<IssuedTokens> RefreshAsync(IssuedTokens tokens)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken }, Stop);
        return IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
    }
}
