using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Mail;
using Platform.Contracts.Notifications;
using Platform.TestKit;
using Shared;
using UserService.Tests.Mail;

namespace UserService.Tests;

/// <summary>The service in memory, over a real Redis. Passwords are cheap to hash here, and as many as a test likes at once.</summary>
internal sealed class UserServiceApplication(
    string redis, string? keyPrefix = null, Dictionary<string, string?>? settings = null, TimeProvider? time = null) : WebApplicationFactory<Program>
{
    public const string AdminEmail = "root@platform.example";
    public const string AdminPassword = "administrators-password";
    public const string SealingKey = "sealing-key-of-userservice-for-tests";
    public const string Issuer = "http://userservice.test";

    private static readonly ConcurrentBag<string> Prefixes = [];

    /// <summary>The prefixes of all applications of this run, to clean up behind them.</summary>
    public static IEnumerable<string> UsedPrefixes => Prefixes.Distinct();

    public string KeyPrefix { get; } = Use(keyPrefix ?? RedisFixture.NewPrefix("users"));

    public LogCollector Logs { get; } = new();

    public NotificationStandIn Notifications { get; init; } = new();

    public static string NewEmail() => $"ada.{Guid.NewGuid():n}@example.com";

    /// <summary>Waits until it serves: on a busy machine the first connection may take longer than a request waits for it.</summary>
    public async Task ReadyAsync()
    {
        using var client = CreateClient();
        await Eventually.TrueAsync(
            async () =>
            {
                using var health = await client.GetAsync(new Uri("/health", UriKind.Relative));
                return health.IsSuccessStatusCode;
            },
            TimeSpan.FromSeconds(30),
            "the service is ready");
    }

    /// <summary>Registers somebody; the answer's body.</summary>
    public async Task<JsonElement> RegisterAsync(string email, string password, string? userName = null)
    {
        using var client = CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/users", new { email, password, userName, displayName = "Ada Lovelace" });
        return await ReadAsync(response);
    }

    /// <summary>Signs somebody in; the tokens.</summary>
    public async Task<IssuedTokens> SignInAsync(string email, string password)
    {
        using var client = CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password });
        return IssuedTokens.Of(await ReadAsync(response));
    }

    /// <summary>Somebody new who is signed in.</summary>
    public async Task<SignedIn> NewPersonAsync()
    {
        var email = NewEmail();
        var password = $"correct horse {Guid.NewGuid():n}";
        var account = await RegisterAsync(email, password);
        return new SignedIn(account.GetProperty("id").GetString()!, email, password, await SignInAsync(email, password));
    }

    /// <summary>The administrator, once the account is there.</summary>
    public async Task<IssuedTokens> SignInAdminAsync()
    {
        IssuedTokens? tokens = null;
        await Eventually.TrueAsync(
            async () =>
            {
                tokens = await SignInAsync(AdminEmail, AdminPassword);
                return true;
            },
            TimeSpan.FromSeconds(20),
            "the administrator can sign in");
        return tokens!;
    }

    public HttpClient ClientOf(IssuedTokens tokens) => ClientOf(tokens.AccessToken);

    public HttpClient ClientOf(string accessToken)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(body).RootElement.Clone()
            : throw new HttpRequestException($"{response.RequestMessage!.RequestUri} answered {(int)response.StatusCode}: {body}", null, response.StatusCode);
    }

    protected override IHost CreateHost(IHostBuilder builder)
    {
        // Settings must be there before Program reads them, which is before a web host's own configuration callbacks run.
        builder.ConfigureHostConfiguration(configuration => configuration.AddInMemoryCollection(Settings()));
        return base.CreateHost(builder);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) =>
        builder.UseEnvironment(Environments.Development).ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs)).ConfigureTestServices(services =>
        {
            services.AddSingleton(time ?? TimeProvider.System);
            services.AddHttpClient(nameof(MailClient)).ConfigurePrimaryHttpMessageHandler(() => Notifications);
            services.AddHttpClient(nameof(NotificationsClient)).ConfigurePrimaryHttpMessageHandler(() => Notifications);
        });

    private static string Use(string prefix)
    {
        Prefixes.Add(prefix);
        return prefix;
    }

    /// <summary>What another replica of it is started with.</summary>
    public IReadOnlyDictionary<string, string?> AllSettings => Settings();

    private Dictionary<string, string?> Settings()
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = redis,
            ["Redis:KeyPrefix"] = KeyPrefix,
            ["Auth:Issuer"] = Issuer,
            ["Auth:ClientId"] = "userservice",
            ["Auth:ClientSecret"] = "secret-of-userservice",
            ["Sealing:Key"] = SealingKey,
            ["Admin:Email"] = AdminEmail,
            ["Admin:Password"] = AdminPassword,
            ["Clients:userservice:Secret"] = "secret-of-userservice",
            ["Clients:taskservice:Secret"] = "secret-of-taskservice",
            ["Clients:partner:Secret"] = "a:secret with+signs%",
            ["Clients:partner:Scopes"] = "notifications:send privacy:restore",
            ["Clients:gateway:Secret"] = "secret-of-the-gateway",
            ["Clients:gateway:Scopes:0"] = "notifications:send",
            ["Clients:gateway:Scopes:1"] = "tokens:introspect",
            ["Passwords:Iterations"] = "1000",
            ["Passwords:QueuePerWorker"] = "1000",
            ["Passwords:LongestWait"] = "00:01:00",
            ["RateLimiting:Policies:sign-in:Limit"] = "100000",
            ["RateLimiting:Policies:mail:Limit"] = "100000",

            // As a host does for Development. All services of a process trace each request: one that redacts all would hide what the others show.
            ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true",
        };
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        return all;
    }
}

internal sealed record IssuedTokens(string AccessToken, string RefreshToken, string SessionId)
{
    public static IssuedTokens Of(JsonElement body) => new(
        body.GetProperty("accessToken").GetString()!, body.GetProperty("refreshToken").GetString()!, body.GetProperty("sessionId").GetString()!);
}

internal sealed record SignedIn(string Id, string Email, string Password, IssuedTokens Tokens);
