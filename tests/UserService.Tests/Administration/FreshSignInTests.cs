using System.Net;
using System.Net.Http.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace UserService.Tests.Administration;

/// <summary>A borrowed access token of an administrator, kept alive by refreshing, is not enough for what cannot be undone.</summary>
public sealed class FreshSignInTests(ServiceFixture service) : IAsyncLifetime
{
    private readonly Clock _clock = new();
    private UserServiceApplication _application = null!;

    public async ValueTask InitializeAsync()
    {
        _application = new UserServiceApplication(service.Redis.ConnectionString, time: _clock);
        await _application.ReadyAsync();
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Administrator_WhoRefreshedSinceTheSignIn_SignsInAgainForWhatCannotBeUndone()
    {
        _clock.Offset = TimeSpan.FromMinutes(-16);
        var tokens = await _application.SignInAdminAsync();
        _clock.Offset = TimeSpan.Zero;
        var person = await _application.NewPersonAsync();
        using var late = _application.ClientOf(await RefreshAsync(tokens));
        using var fresh = _application.ClientOf(await _application.SignInAdminAsync());

        // What only looks, and what is their own, goes on.
        Assert.Equal(HttpStatusCode.OK, (await late.GetAsync(new Uri($"/v1/users/{person.Id}", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(late, "PATCH", $"/v1/users/{person.Id}", new { displayName = "Countess" }));

        foreach (var (method, path, body) in ((string, string, object)[])
            [
                ("PUT", $"/v1/users/{person.Id}/roles", new { roles = Array.Empty<string>() }),
                ("PATCH", $"/v1/users/{person.Id}", new { email = UserServiceApplication.NewEmail() }),
                ("POST", "/v1/signing-keys/rotate", new { leaked = false }),
                ("DELETE", $"/v1/users/{person.Id}/two-factor", new { }),
                ("DELETE", $"/v1/users/{person.Id}", new { }),
                ("DELETE", $"/v1/users/{person.Id}/data", new { }),
            ])
        {
            using var refused = await SendAsync(late, method, path, body);

            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            var challenge = refused.Headers.WwwAuthenticate.ToString();
            Assert.Contains("error=\"insufficient_user_authentication\"", challenge, StringComparison.Ordinal);
            Assert.Contains("max_age=\"900\"", challenge, StringComparison.Ordinal);
            Assert.Equal("insufficient_user_authentication", (await refused.ProblemAsync()).GetProperty("code").GetString());
            var answer = await StatusAsync(fresh, method, path, body);
            Assert.True(answer is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.Conflict, $"{method} {path}: {answer}");
        }
    }

    [Fact]
    public async Task AuthenticationTime_StaysThatOfTheSignInOverRefreshes()
    {
        _clock.Offset = TimeSpan.FromMinutes(-40);
        var person = await _application.NewPersonAsync();
        _clock.Offset = TimeSpan.Zero;

        var later = await RefreshAsync(person.Tokens);

        var at = new JsonWebToken(person.Tokens.AccessToken).GetPayloadValue<long>("auth_time");
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - at, 40 * 60, 42 * 60);
        Assert.Equal(at, new JsonWebToken(later.AccessToken).GetPayloadValue<long>("auth_time"));
    }

    [Fact]
    public async Task AdministratorChangesSomebodysEmail_NeedsNoPasswordOfTheirsAndCountsNothingAgainstThem()
    {
        var person = await _application.NewPersonAsync();
        using var root = _application.ClientOf(await _application.SignInAdminAsync());
        var email = UserServiceApplication.NewEmail();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(root, "PATCH", $"/v1/users/{person.Id}", new { email }));

        await _application.SignInAsync(email, person.Password);
        var told = await _application.Notifications.MailAsync(person.Email, "Your e-mail address was changed");
        Assert.Contains("administrator", told.Text, StringComparison.Ordinal);
        using var own = _application.ClientOf(person.Tokens);
        var audit = await own.GetStringAsync(new Uri("/v1/users/me/audit", UriKind.Relative), Cancellation);
        var admin = new JsonWebToken(root.DefaultRequestHeaders.Authorization!.Parameter).Subject;
        Assert.Contains("account.changed", audit, StringComparison.Ordinal);
        Assert.Contains(admin, audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdministratorWhoMistypesAnId_IsToldAboutTheAccountAndNotAboutThemself()
    {
        using var root = _application.ClientOf(await _application.SignInAdminAsync());
        const string Nobody = "usr_00000000000000000000000000";

        foreach (var path in (string[])[$"/v1/users/{Nobody}", $"/v1/users/{Nobody}/sessions"])
        {
            using var response = await root.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            var problem = await response.ProblemAsync();
            Assert.Equal("user_not_found", problem.GetProperty("code").GetString());
            Assert.Contains(Nobody, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("your", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<IssuedTokens> RefreshAsync(IssuedTokens tokens)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken }, Cancellation);
        return IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string method, string path, object body)
    {
        using var response = await SendAsync(client, method, path, body);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, object body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(body) };
        return await client.SendAsync(request, Cancellation);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
