using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.TestKit;

namespace Platform.Benchmarks.Tokens;

/// <summary>The real service as a process of its own, with limits that nobody meets here.</summary>
internal sealed class UserServiceProcess : IAsyncDisposable
{
    /// <summary>For what is not about passwords.</summary>
    public const int CheapHash = 1000;

    /// <summary>What is configured where nothing is.</summary>
    public const int ChosenHash = 600_000;

    private const string Limit = "10000000";

    private readonly Replica _replica;

    private UserServiceProcess(Replica replica) => _replica = replica;

    public HttpClient Client => _replica.Client;

    public int ProcessId => _replica.ProcessId;

    public static async Task<UserServiceProcess> StartAsync(RedisServer redis, int iterations) => new(await Replica.StartAsync(
        Path.Combine(AppContext.BaseDirectory, "UserService.dll"),
        ("environment", "Development"), ("ConnectionStrings:redis", redis.ConnectionString), ("Auth:Issuer", "http://userservice.test"),
        ("Auth:ClientId", "userservice"), ("Auth:ClientSecret", "secret-of-userservice"), ("Clients:userservice:Secret", "secret-of-userservice"),
        ("Sealing:Key", RandomNumberGenerator.GetHexString(64)), ("Admin:Password", "administrators-password"),
        ("Passwords:Iterations", $"{iterations}"), ("Registration:EmailConfirmation", "Off"), ("RateLimiting:Policies:sign-in:Limit", Limit), ("RateLimiting:Policies:caller:Limit", Limit),
        ("Logging:LogLevel:Default", "Error")));

    public async Task<Account> NewPersonAsync()
    {
        var email = $"ada.{Guid.NewGuid():n}@example.com";
        var password = $"correct horse {Guid.NewGuid():n}";
        using var registered = await Client.PostAsJsonAsync("/v1/users", new { email, password });
        registered.EnsureSuccessStatusCode();
        var account = new Account(email, password, "", "");
        return await TrySignInAsync(account) ?? throw new InvalidOperationException("UserService is too busy to sign in one person.");
    }

    /// <returns>Null where too many sign in at once for this machine.</returns>
    public async Task<Account?> TrySignInAsync(Account account)
    {
        using var answer = await Client.PostAsJsonAsync("/v1/auth/login", new { email = account.Email, password = account.Password });
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return account with { AccessToken = tokens.GetProperty("accessToken").GetString()!, SessionId = tokens.GetProperty("sessionId").GetString()! };
    }

    public async Task<HttpStatusCode> MeAsync(Account account) => (await GetAsync("/v1/users/me", account)).Status;

    /// <returns>The status, and where it is no success what the answer says.</returns>
    public async Task<(HttpStatusCode Status, string Problem)> GetAsync(string path, Account account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.AccessToken);
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync());
    }

    public ValueTask DisposeAsync() => _replica.DisposeAsync();
}

internal sealed record Account(string Email, string Password, string AccessToken, string SessionId);
