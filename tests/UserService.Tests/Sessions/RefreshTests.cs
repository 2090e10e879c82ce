using System.Net;
using System.Net.Http.Json;
using System.Text;
using Platform.TestKit;

namespace UserService.Tests.Sessions;

public sealed class RefreshTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task Refresh_WithoutToken_SaysThatItIsMissing()
    {
        using var client = service.Application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("The refresh token is required", await response.ErrorOfAsync("refreshToken"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_GivesNewTokensOfTheSameSession()
    {
        var person = await _application.NewPersonAsync();

        var next = await RefreshAsync(_application, person.Tokens.RefreshToken);

        Assert.Equal(person.Tokens.SessionId, next.SessionId);
        Assert.NotEqual(person.Tokens.RefreshToken, next.RefreshToken);
        Assert.NotEqual(person.Tokens.AccessToken, next.AccessToken);
        using var client = _application.ClientOf(next);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
    }

    [Fact]
    public async Task Refresh_FiftyAtOnceWithOneToken_GiveOneSuccessor()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.CreateClient();

        var bodies = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }));

        Assert.Single(bodies.Distinct());
        await RefreshAsync(_application, IssuedTokens.Of(System.Text.Json.JsonDocument.Parse(bodies[0]).RootElement).RefreshToken);
    }

    [Fact]
    public async Task Refresh_ByOneSessionAllTheTime_IsLimitedAndLeavesOthersAlone()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["RateLimiting:Policies:refresh:Limit"] = "1", ["RateLimiting:Policies:refresh:Burst"] = "5" });
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
            answers.Add(response.StatusCode);
            Assert.Equal(response.StatusCode == HttpStatusCode.TooManyRequests, response.Headers.RetryAfter is not null);
        }

        Assert.Equal(5, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(3, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        await RefreshAsync(application, (await application.SignInAsync(person.Email, person.Password)).RefreshToken);
    }

    [Fact]
    public async Task Refresh_FiftyAtOnceWithoutGrace_OneSucceedsAndTheSessionEnds()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["Sessions:RefreshGrace"] = "00:00:00" });
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
            return (response.StatusCode, Body: await response.Content.ReadAsStringAsync());
        }));

        var success = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(49, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        var successor = IssuedTokens.Of(System.Text.Json.JsonDocument.Parse(success.Body).RootElement);
        await RefusedAsync(application, successor.RefreshToken);
    }

    [Fact]
    public async Task Reuse_OnceTheSuccessorWasSpent_EndsTheSessionButNoOther()
    {
        var person = await _application.NewPersonAsync();
        var other = await _application.SignInAsync(person.Email, person.Password);
        var second = await RefreshAsync(_application, person.Tokens.RefreshToken);
        var third = await RefreshAsync(_application, second.RefreshToken);

        await RefusedAsync(_application, person.Tokens.RefreshToken);

        await RefusedAsync(_application, third.RefreshToken);
        using var client = _application.ClientOf(third);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/users/me")).StatusCode);
        await RefreshAsync(_application, other.RefreshToken);
    }

    [Fact]
    public async Task Reuse_AfterTheGracePeriod_EndsTheSession()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["Sessions:RefreshGrace"] = "00:00:00.200" });
        var person = await application.NewPersonAsync();
        var successor = await RefreshAsync(application, person.Tokens.RefreshToken);
        var key = $"{application.KeyPrefix}user:successor:v1:{{{person.Id}}}:{person.Tokens.SessionId}";
        await Eventually.TrueAsync(
            async () => !await service.Redis.GetDatabase().KeyExistsAsync(key), TimeSpan.FromSeconds(5), "the grace period ends");

        await RefusedAsync(application, person.Tokens.RefreshToken);
        await RefusedAsync(application, successor.RefreshToken);
    }

    [Fact]
    public async Task Refresh_MadeUpToken_IsRefusedAndHarmsNobody()
    {
        var person = await _application.NewPersonAsync();
        var genuine = person.Tokens.RefreshToken;
        var altered = genuine[..^1] + (genuine[^1] == 'A' ? 'B' : 'A');
        foreach (var token in (string[])["", "rt_", altered, genuine + "=", genuine + "A", genuine.ToUpperInvariant(), person.Tokens.AccessToken])
        {
            await RefusedAsync(_application, token);
        }

        await RefreshAsync(_application, genuine);
    }

    [Fact]
    public async Task Refresh_RacingWithLogout_LeavesNothingAlive()
    {
        for (var round = 0; round < 10; round++)
        {
            var person = await _application.NewPersonAsync();
            using var client = _application.ClientOf(person.Tokens);
            var refreshes = Enumerable.Range(0, 10).Select(async _ =>
            {
                using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
                return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync() : null;
            }).ToArray();
            using var logout = await client.PostAsync("/v1/auth/logout", null);
            var bodies = await Task.WhenAll(refreshes);

            foreach (var body in bodies.OfType<string>())
            {
                var tokens = IssuedTokens.Of(System.Text.Json.JsonDocument.Parse(body).RootElement);
                await RefusedAsync(_application, tokens.RefreshToken);
                using var me = _application.ClientOf(tokens);
                Assert.Equal(HttpStatusCode.Unauthorized, (await me.GetAsync("/v1/users/me")).StatusCode);
            }
        }
    }

    [Fact]
    public async Task Refresh_WrongMediaTypeOrBody_IsAProblem()
    {
        using var client = _application.CreateClient();
        using var text = await client.PostAsync("/v1/auth/refresh", new StringContent("refreshToken=x", Encoding.UTF8, "text/plain"));
        using var charset = await client.PostAsync(
            "/v1/auth/refresh", new StringContent("{}", Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json", "bogus-8")));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, charset.StatusCode);
    }

    private static async Task<IssuedTokens> RefreshAsync(UserServiceApplication application, string refreshToken)
    {
        using var client = application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken });
        return IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
    }

    private static async Task RefusedAsync(UserServiceApplication application, string refreshToken)
    {
        using var client = application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken });
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
