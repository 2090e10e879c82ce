using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc.Testing;

namespace UserService.Tests;

public sealed class AccessMatrixTests(AccessedUserService service) : Shared.AccessMatrixTests(service), IClassFixture<AccessedUserService>;

/// <summary>Everybody has really signed in here, and services really asked for their tokens.</summary>
public sealed class AccessedUserService : Shared.AccessedService
{
    private readonly ConcurrentDictionary<string, Task<string>> _services = new();
    private UserServiceApplication? _application;

    internal override async Task<Shared.AccessScene> NewSceneAsync()
    {
        var owner = await _application!.NewPersonAsync();
        var other = await _application.NewPersonAsync();
        var admin = await _application.SignInAsync(UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword);
        var tokens = new Dictionary<string, string?>
        {
            ["anonymous"] = null, ["owner"] = owner.Tokens.AccessToken, ["other"] = other.Tokens.AccessToken, ["admin"] = admin.AccessToken,
        };
        foreach (var (service, scopes) in ScopesOf)
        {
            tokens[service] = await _services.GetOrAdd(service, _ => ServiceTokenAsync(service, scopes));
        }

        return new(tokens, new Dictionary<string, string>
        {
            ["user"] = owner.Id, ["session"] = owner.Tokens.SessionId, ["email"] = owner.Email, ["password"] = owner.Password,
            ["refresh-token"] = owner.Tokens.RefreshToken, ["new-email"] = UserServiceApplication.NewEmail(),
        });
    }

    private protected override async Task<WebApplicationFactory<Program>> CreateAsync()
    {
        _application = new UserServiceApplication(Redis.ConnectionString, settings: new(
            ScopesOf.Keys.Select(service => KeyValuePair.Create($"Clients:{service}:Secret", (string?)$"secret-of-{service}")))
        {
            ["Redis:OperationTimeout"] = "00:00:05",
        });
        await _application.SignInAdminAsync();
        return _application;
    }

    private protected override async Task CleanAsync() => await _application!.DisposeAsync();

    private async Task<string> ServiceTokenAsync(string service, string scopes)
    {
        using var client = _application!.CreateClient();
        using var response = await client.PostAsync("/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", service), new("client_secret", $"secret-of-{service}")]));
        var answer = await UserServiceApplication.ReadAsync(response);

        // What the tests of the other services take for granted.
        Assert.Equal(scopes.Split(' ').Order(), answer.GetProperty("scope").GetString()!.Split(' ').Order());
        return answer.GetProperty("access_token").GetString()!;
    }
}
