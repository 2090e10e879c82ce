using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Keys;
using Platform.TestKit;
using UserService.Keys;
using UserService.Tests.TwoFactor;
using UserService.Tokens;

namespace UserService.Tests;

/// <summary>What somebody finds who reads all of Redis, or all of the log.</summary>
public sealed class DataAtRestTests(ServiceFixture service)
{
    [Fact]
    public async Task Redis_AfterEverythingWasUsed_HoldsNoSecretAndNoPerson()
    {
        const string UserAgent = "CanaryBrowser/7.1";
        const string UserName = "canary-user-name";
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var email = UserServiceApplication.NewEmail();
        var password = $"canary password {Guid.NewGuid():n}";
        await application.RegisterAsync(email, password, UserName);
        using var client = application.CreateClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        using var login = await client.PostAsJsonAsync("/v1/auth/login", new { email, password, deviceName = "canary-device" });
        var tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(login));
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken });
        var refreshed = IssuedTokens.Of(await UserServiceApplication.ReadAsync(refresh));
        using var reuse = await client.PostAsJsonAsync("/v1/auth/login", new { email, password = password + "wrong" });
        var (factor, ticket) = await UseSecondFactorAsync(application);
        await application.SignInAdminAsync();
        var key = await application.Services.GetRequiredService<KeyRing>().GetActiveAsync(CancellationToken.None);
        var privateKey = key.SecurityKey.ECDsa.ExportParameters(includePrivateParameters: true).D!;

        var dump = await RedisDump.ReadAsync(service.Redis.Multiplexer, application.KeyPrefix);
        var logs = application.Logs.Text;

        // The dump does hold the account and the session, so what is missing from it was not just missed.
        Assert.Contains("user:account:v1:{usr_", dump, StringComparison.Ordinal);
        Assert.Contains(tokens.SessionId, dump, StringComparison.Ordinal);
        Assert.Contains(key.Id, dump, StringComparison.Ordinal);
        Assert.Contains("A person signed in.", logs, StringComparison.Ordinal);
        Assert.Contains("user:ticket:v1:{usr_", dump, StringComparison.Ordinal);
        Assert.Contains("user:pending-factor:v1:{usr_", dump, StringComparison.Ordinal);
        string[] secrets =
        [
            email, email.Split('@')[0], password, password + "wrong", UserName, "Ada Lovelace", UserAgent, "canary-device",
            tokens.RefreshToken, refreshed.RefreshToken, tokens.RefreshToken[^72..], refreshed.RefreshToken[^72..],
            tokens.AccessToken, refreshed.AccessToken,
            factor.Secret, .. factor.RecoveryCodes, .. factor.RecoveryCodes.Select(code => code.Replace("-", "", StringComparison.Ordinal)), ticket,
            UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword, UserServiceApplication.SealingKey,
            "secret-of-taskservice", Convert.ToBase64String(privateKey), Convert.ToHexString(privateKey),
            System.Text.Encoding.Latin1.GetString(privateKey), "PRIVATE KEY",
        ];
        Assert.All(secrets, secret =>
        {
            Assert.DoesNotContain(secret, dump, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, logs, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Keys_AfterEverythingWasUsed_ExpireAsTheirFamilySays()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        await UseSecondFactorAsync(application);
        using var client = application.CreateClient();
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
        Assert.True(refresh.IsSuccessStatusCode);

        var violations = await KeyAudit.FindViolationsAsync(
            service.Redis.Multiplexer, [UserKeys.Registry], application.KeyPrefix, TestContext.Current.CancellationToken);

        Assert.NotEmpty(await RedisDump.KeysAsync(service.Redis.Multiplexer, application.KeyPrefix + "user:"));
        Assert.Empty(violations);
    }

    /// <summary>A second factor that is on, one that waits to be confirmed, one that was refused, and a ticket.</summary>
    private static async Task<(TwoFactorPerson Person, string Ticket)> UseSecondFactorAsync(UserServiceApplication application)
    {
        var person = await TwoFactorPerson.CreateAsync(application);
        var other = await application.NewPersonAsync();
        using var client = application.ClientOf(other.Tokens);
        using var begun = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = other.Password });
        Assert.True(begun.IsSuccessStatusCode);
        await person.SignInAsync(client);
        var ticket = await person.TicketAsync(client);
        using var refused = await client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket, code = person.WrongCode() });
        return (person, ticket);
    }
}
