using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;
using UserService.TwoFactor;

namespace UserService.Tests.TwoFactor;

/// <summary>Somebody whose account has a second factor. Its app has shown one code so far; two more can be used without waiting.</summary>
internal sealed record TwoFactorPerson(SignedIn Account, string Secret, IReadOnlyList<string> RecoveryCodes)
{
    public static async Task<TwoFactorPerson> CreateAsync(UserServiceApplication application)
    {
        var account = await application.NewPersonAsync();
        using var client = application.ClientOf(account.Tokens);
        using var begun = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = account.Password });
        var secret = (await UserServiceApplication.ReadAsync(begun)).GetProperty("secret").GetString()!;
        using var confirmed = await client.PostAsJsonAsync("/v1/users/me/two-factor/confirm", new { code = await CodeAsync(secret, -1) });
        var codes = (await UserServiceApplication.ReadAsync(confirmed)).GetProperty("recoveryCodes").EnumerateArray();
        return new TwoFactorPerson(account, secret, [.. codes.Select(code => code.GetString()!)]);
    }

    /// <param name="step">-1 to 1: relative to now. Each later than the one before, since an older code is worth nothing.</param>
    public Task<string> CodeAsync(int step) => CodeAsync(Secret, step);

    /// <summary>A code that no step around now has.</summary>
    public string WrongCode()
    {
        var now = TimeSteps.StepAt(TimeProvider.System.GetUtcNow());
        var right = Enumerable.Range(-3, 7).Select(step => TimeSteps.CodeOf(Secret, now + step)).ToHashSet();
        return Enumerable.Range(100_000, 8).Select(number => $"{number}").First(code => !right.Contains(code));
    }

    /// <summary>The password alone; the answer is expected to be a ticket.</summary>
    public async Task<string> TicketAsync(HttpClient client)
    {
        using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email = Account.Email, password = Account.Password });
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("second_factor_required", problem.GetProperty("code").GetString());
        return problem.GetProperty("ticket").GetString()!;
    }

    /// <summary>Signs in with a recovery code, which spends no time step and makes the network a known one.</summary>
    public async Task<IssuedTokens> SignInAsync(HttpClient client, int recoveryCode = 0)
    {
        using var response = await client.PostAsJsonAsync(
            "/v1/auth/login/second-factor", new { ticket = await TicketAsync(client), recoveryCode = RecoveryCodes[recoveryCode] });
        return IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
    }

    /// <summary>Never in the last seconds of a step, so that the code is still what it was meant to be when it arrives.</summary>
    private static async Task<string> CodeAsync(string secret, int step)
    {
        DateTimeOffset now = default;
        await Eventually.TrueAsync(
            () => (now = TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds() % TimeSteps.StepSeconds < TimeSteps.StepSeconds - 5,
            TimeSpan.FromSeconds(10),
            "a new time step has begun");
        return TimeSteps.CodeOf(secret, TimeSteps.StepAt(now) + step);
    }
}
