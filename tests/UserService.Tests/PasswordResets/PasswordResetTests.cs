using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using UserService.Keys;

namespace UserService.Tests.PasswordResets;

public sealed class PasswordResetTests(ServiceFixture service)
{
    private const string Subject = "Reset your password";
    private const string NewPassword = "another horse, another battery";

    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task Request_WithAndWithoutAccount_IsAnsweredAlikeAndOnlyTheAccountGetsMail()
    {
        var person = await _application.NewPersonAsync();
        var stranger = UserServiceApplication.NewEmail();

        using var known = await RequestAsync(person.Email);
        using var unknown = await RequestAsync(stranger);

        Assert.Equal(HttpStatusCode.Accepted, known.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, unknown.StatusCode);
        Assert.Equal(await known.Content.ReadAsStringAsync(Cancellation), await unknown.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(Names(known), Names(unknown));
        var mail = await _application.Notifications.MailAsync(person.Email, Subject);
        Assert.Contains("account: curl", mail.Text, StringComparison.Ordinal);
        Assert.Empty(_application.Notifications.MailsTo(stranger));

        static string Names(HttpResponseMessage response) =>
            string.Join(',', response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Confirm_TokenOfTheMail_SetsThePasswordEndsEverySessionAndTells()
    {
        var person = await _application.NewPersonAsync();
        using var signedIn = _application.ClientOf(person.Tokens);
        var token = await AskAsync(person.Email);

        Assert.Equal(HttpStatusCode.NoContent, (await ConfirmAsync(token)).Status);

        await _application.SignInAsync(person.Email, NewPassword);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInStatusAsync(person.Email, person.Password));
        using var me = await signedIn.GetAsync(new Uri("/v1/users/me", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        using var refresh = await signedIn.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken }, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
        await _application.Notifications.MailAsync(person.Email, "Your password was changed");
        await Eventually.TrueAsync(
            () => _application.Notifications.Notifications.Any(notice => notice.UserId == person.Id && notice.Category == "security.password-changed"),
            TimeSpan.FromSeconds(30),
            "the inbox is told");
    }

    [Fact]
    public async Task Confirm_TokenOfTheMail_ConfirmsTheAddressToo()
    {
        var person = await _application.NewPersonAsync();
        await ConfirmAsync(await AskAsync(person.Email));

        using var client = _application.ClientOf(await _application.SignInAsync(person.Email, NewPassword));
        var me = await client.GetFromJsonAsync<JsonElement>("/v1/users/me", Cancellation);

        Assert.True(me.GetProperty("emailConfirmed").GetBoolean());
    }

    [Fact]
    public async Task Confirm_TwentyAtOnce_OneWins()
    {
        var person = await _application.NewPersonAsync();
        var token = await AskAsync(person.Email);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ConfirmAsync(token, $"{NewPassword} {i}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
        Assert.Equal(19, answers.Count(answer => answer == (HttpStatusCode.BadRequest, "invalid_token")));
    }

    [Fact]
    public async Task Confirm_AfterThePasswordWasChanged_IsRefused()
    {
        var person = await _application.NewPersonAsync();
        var token = await AskAsync(person.Email);
        using var client = _application.ClientOf(person.Tokens);
        using var change = await client.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = "changed in the meantime" }, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, change.StatusCode);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_token"), await ConfirmAsync(token));

        await _application.SignInAsync(person.Email, "changed in the meantime");
        await _application.Notifications.MailAsync(person.Email, "Your password was changed");
    }

    [Fact]
    public async Task Confirm_TokenThatWentToAFormerAddress_IsRefused()
    {
        var person = await _application.NewPersonAsync();
        var token = await AskAsync(person.Email);
        var tokens = _application.Services.GetRequiredService<UserKeys>().OneUseTokens(person.Id, "password-reset");
        var database = service.Redis.GetDatabase();
        var kept = await database.KeyDumpAsync(tokens);
        using var client = _application.ClientOf(person.Tokens);
        using var change = await client.PatchAsJsonAsync(
            "/v1/users/me", new { email = UserServiceApplication.NewEmail(), currentPassword = person.Password }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        Assert.False(await database.KeyExistsAsync(tokens));

        // As if it had been issued at the same moment, or the process had died before it let the token go.
        await database.KeyRestoreAsync(tokens, kept!, TimeSpan.FromMinutes(1));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_token"), await ConfirmAsync(token));
    }

    [Fact]
    public async Task Confirm_CommonPassword_IsRefusedAndTheTokenStaysGood()
    {
        var person = await _application.NewPersonAsync();
        var token = await AskAsync(person.Email);

        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), await ConfirmAsync(token, "Password123!"));

        Assert.Equal(HttpStatusCode.NoContent, (await ConfirmAsync(token)).Status);
    }

    [Fact]
    public async Task Confirm_LockedAccount_IsOpenAgain()
    {
        var person = await _application.NewPersonAsync();
        for (var i = 0; i < 11; i++)
        {
            await SignInStatusAsync(person.Email, "wrong password");
        }

        await ConfirmAsync(await AskAsync(person.Email));

        await _application.SignInAsync(person.Email, NewPassword);
    }

    [Fact]
    public async Task Request_AgainAndAgain_IsAnsweredAlikeAndWritesFiveTimesAnHour()
    {
        var person = await _application.NewPersonAsync();

        for (var i = 0; i < 8; i++)
        {
            using var response = await RequestAsync(i % 2 == 0 ? person.Email : person.Email.ToUpperInvariant());
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        // A later errand is run after the earlier ones.
        var other = await _application.NewPersonAsync();
        await AskAsync(other.Email);
        await Eventually.TrueAsync(() => _application.Notifications.MailsTo(person.Email).Count == 5, TimeSpan.FromSeconds(30), "five e-mails");
        Assert.Contains("has been written to often enough", _application.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ByOneAddress_IsLimited()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["RateLimiting:Policies:mail:Limit"] = "3" });
        await application.ReadyAsync();
        using var client = application.CreateClient();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await client.PostAsJsonAsync("/v1/auth/password-reset", new { email = UserServiceApplication.NewEmail() }, Cancellation);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task Request_NotificationServiceAway_TheMailIsSentWhenItIsBack()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        await application.ReadyAsync();
        var person = await application.NewPersonAsync();
        application.Notifications.Away = true;
        using var client = application.CreateClient();

        using var response = await client.PostAsJsonAsync("/v1/auth/password-reset", new { email = person.Email }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        application.Notifications.Away = false;

        await application.Notifications.MailAsync(person.Email, Subject);
    }

    [Fact]
    public async Task Links_Configured_LeadToTheSite()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["Mail:Links:PasswordReset"] = "https://app.example.com/reset#{token}" });
        await application.ReadyAsync();
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/password-reset", new { email = person.Email }, Cancellation);

        var mail = await application.Notifications.MailAsync(person.Email, Subject);

        Assert.Contains($"https://app.example.com/reset#ot_{person.Id}.", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_KilledAndBack_AnswersWith503AndTheTokenIsStillGood()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        await application.ReadyAsync();
        var person = await application.NewPersonAsync();
        using var client = application.CreateClient();
        using var asked = await client.PostAsJsonAsync("/v1/auth/password-reset", new { email = person.Email }, Cancellation);
        var token = await application.Notifications.TokenAsync(person.Email, Subject);

        await redis.KillAsync();
        using var request = await client.PostAsJsonAsync("/v1/auth/password-reset", new { email = person.Email }, Cancellation);
        using var confirm = await client.PostAsJsonAsync("/v1/auth/password-reset/confirm", new { token, newPassword = NewPassword }, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, request.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, confirm.StatusCode);
        Assert.NotNull(confirm.Headers.RetryAfter);

        await redis.RestartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                using var again = await client.PostAsJsonAsync("/v1/auth/password-reset/confirm", new { token, newPassword = NewPassword }, Cancellation);
                return again.StatusCode == HttpStatusCode.NoContent;
            },
            TimeSpan.FromSeconds(30),
            "the token works");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<HttpResponseMessage> RequestAsync(string email)
    {
        using var client = _application.CreateClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("curl/8.0");
        return await client.PostAsJsonAsync("/v1/auth/password-reset", new { email }, Cancellation);
    }

    private async Task<string> AskAsync(string email)
    {
        using var response = await RequestAsync(email);
        return await _application.Notifications.TokenAsync(email, Subject);
    }

    private async Task<(HttpStatusCode Status, string? Code)> ConfirmAsync(string token, string newPassword = NewPassword)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/password-reset/confirm", new { token, newPassword }, Cancellation);
        return response.StatusCode == HttpStatusCode.NoContent
            ? (response.StatusCode, null)
            : (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString());
    }

    private async Task<HttpStatusCode> SignInStatusAsync(string email, string password)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password }, Cancellation);
        return response.StatusCode;
    }
}
