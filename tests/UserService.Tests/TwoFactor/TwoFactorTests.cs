using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace UserService.Tests.TwoFactor;

/// <summary>Turning the second factor on and off.</summary>
public sealed class TwoFactorTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task Begin_NeedsThePassword_AndChangesNothingYet()
    {
        var account = await _application.NewPersonAsync();
        using var client = _application.ClientOf(account.Tokens);

        using var refused = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = "guess" });
        using var begun = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = account.Password });
        var body = await UserServiceApplication.ReadAsync(begun);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.True(begun.Headers.CacheControl!.NoStore);
        var secret = body.GetProperty("secret").GetString()!;
        Assert.Equal(
            $"otpauth://totp/Platform:{Uri.EscapeDataString(account.Email)}?secret={secret}&issuer=Platform&algorithm=SHA1&digits=6&period=30",
            body.GetProperty("uri").GetString());
        Assert.Equal((false, 0), await StateAsync(client));
        await _application.SignInAsync(account.Email, account.Password);
    }

    [Fact]
    public async Task Confirm_WrongCodeOrNothingBegun_IsRefused()
    {
        var account = await _application.NewPersonAsync();
        using var client = _application.ClientOf(account.Tokens);

        using var nothing = await client.PostAsJsonAsync("/v1/users/me/two-factor/confirm", new { code = "123456" });
        using var begun = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = account.Password });
        var secret = (await UserServiceApplication.ReadAsync(begun)).GetProperty("secret").GetString()!;
        using var wrong = await client.PostAsJsonAsync(
            "/v1/users/me/two-factor/confirm", new { code = new TwoFactorPerson(account, secret, []).WrongCode() });

        Assert.Equal(HttpStatusCode.Conflict, nothing.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal((false, 0), await StateAsync(client));
    }

    [Fact]
    public async Task Confirm_GuessedWithABorrowedToken_IsPutOff()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        using var begun = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = person.Password });
        Assert.True(begun.IsSuccessStatusCode);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var guess = await client.PostAsJsonAsync("/v1/users/me/two-factor/confirm", new { code = $"{i:d6}" });
            statuses.Add(guess.StatusCode);
        }

        Assert.Equal(HttpStatusCode.BadRequest, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public async Task Confirm_TurnsItOnAndEndsTheOtherSessions()
    {
        var account = await _application.NewPersonAsync();
        var other = await _application.SignInAsync(account.Email, account.Password);
        using var client = _application.ClientOf(account.Tokens);
        using var begun = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = account.Password });
        var person = new TwoFactorPerson(account, (await UserServiceApplication.ReadAsync(begun)).GetProperty("secret").GetString()!, []);

        using var confirmed = await client.PostAsJsonAsync("/v1/users/me/two-factor/confirm", new { code = await person.CodeAsync(0) });
        var codes = (await UserServiceApplication.ReadAsync(confirmed)).GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()).ToList();

        Assert.True(confirmed.Headers.CacheControl!.NoStore);
        Assert.Equal(10, codes.Distinct().Count());
        Assert.Equal((true, 10), await StateAsync(client));
        using var again = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = account.Password });
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(other));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefreshAsync(other));
        Assert.Equal(HttpStatusCode.OK, await RefreshAsync(account.Tokens));
        await _application.Notifications.MailAsync(account.Email, "A second factor was turned on");
    }

    [Fact]
    public async Task TurnOff_NeedsPasswordAndCode_AndEndsTheOtherSessions()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var anonymous = _application.CreateClient();
        var other = await person.SignInAsync(anonymous);
        using var client = _application.ClientOf(person.Account.Tokens);

        foreach (object proof in (object[])
        [
            new { currentPassword = person.Account.Password },
            new { code = await person.CodeAsync(0) },
            new { currentPassword = "guess", code = await person.CodeAsync(0) },
            new { currentPassword = person.Account.Password, code = person.WrongCode() },
            new { currentPassword = person.Account.Password, code = "1", recoveryCode = person.RecoveryCodes[1] },
        ])
        {
            Assert.Equal(HttpStatusCode.BadRequest, await TurnOffAsync(client, proof));
        }

        Assert.Equal((true, 9), await StateAsync(client));
        Assert.Equal(
            HttpStatusCode.NoContent, await TurnOffAsync(client, new { currentPassword = person.Account.Password, code = await person.CodeAsync(0) }));

        Assert.Equal((false, 0), await StateAsync(client));
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(other));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefreshAsync(other));
        await _application.SignInAsync(person.Account.Email, person.Account.Password);
        await _application.Notifications.MailAsync(person.Account.Email, "The second factor was turned off");
    }

    [Fact]
    public async Task RecoveryCodes_Replaced_TheOldOnesAreWorthNothing()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var client = _application.ClientOf(person.Account.Tokens);
        using var replaced = await client.PostAsJsonAsync(
            "/v1/users/me/two-factor/recovery-codes", new { currentPassword = person.Account.Password, recoveryCode = person.RecoveryCodes[0] });
        var codes = (await UserServiceApplication.ReadAsync(replaced)).GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!).ToList();

        using var anonymous = _application.CreateClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => person.SignInAsync(anonymous, 1));
        await (person with { RecoveryCodes = codes }).SignInAsync(anonymous, 1);

        Assert.Equal((true, 9), await StateAsync(client));
    }

    [Fact]
    public async Task Remove_ByAnAdministrator_TurnsItOffAndEndsTheSessions()
    {
        var person = await TwoFactorPerson.CreateAsync(_application);
        using var owner = _application.ClientOf(person.Account.Tokens);
        using var admin = _application.ClientOf(await _application.SignInAdminAsync());
        using var stranger = _application.ClientOf((await _application.NewPersonAsync()).Tokens);
        var path = $"/v1/users/{person.Account.Id}/two-factor";
        var adminId = (await admin.GetFromJsonAsync<JsonElement>("/v1/users/me")).GetProperty("id").GetString();

        using var forbidden = await stranger.DeleteAsync(path);
        using var byOwner = await owner.DeleteAsync(path);
        using var own = await admin.DeleteAsync($"/v1/users/{adminId}/two-factor");
        using var unknown = await admin.DeleteAsync($"/v1/users/{UserService.Users.User.IdPrefix}_x/two-factor");
        using var removed = await admin.DeleteAsync(path);
        using var again = await admin.DeleteAsync(path);

        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, byOwner.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, own.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(person.Account.Tokens));
        await _application.SignInAsync(person.Account.Email, person.Account.Password);
        var mail = await _application.Notifications.MailAsync(person.Account.Email, "The second factor was turned off");
        Assert.Contains("an administrator", mail.Text, StringComparison.Ordinal);
    }

    private static async Task<(bool Enabled, int Left)> StateAsync(HttpClient client)
    {
        var body = await client.GetFromJsonAsync<JsonElement>("/v1/users/me/two-factor");
        return (body.GetProperty("enabled").GetBoolean(), body.GetProperty("recoveryCodesLeft").GetInt32());
    }

    private static async Task<HttpStatusCode> TurnOffAsync(HttpClient client, object proof)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/users/me/two-factor") { Content = JsonContent.Create(proof) };
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> MeAsync(IssuedTokens tokens)
    {
        using var client = _application.ClientOf(tokens);
        using var response = await client.GetAsync("/v1/users/me");
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> RefreshAsync(IssuedTokens tokens)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken });
        return response.StatusCode;
    }
}
