using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Lockout;
using UserService.Sessions;

namespace UserService.Tests.Registrations;

/// <summary>Registering where addresses are confirmed: nobody learns who has an account, and nothing is created for those who cannot read the mail.</summary>
public sealed class ConfirmedRegistrationTests(ServiceFixture service) : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private const string Finish = "Finish your registration";
    private const string Already = "You already have an account";

    private readonly UserServiceApplication _application = new(service.Redis.ConnectionString, settings: Required());

    public static Dictionary<string, string?> Required() => new() { ["Registration:EmailConfirmation"] = "Required" };

    public async ValueTask InitializeAsync() => await _application.ReadyAsync();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Register_NewAndTaken_IsAnsweredAlikeAndTellsOnlyTheOwner()
    {
        var taken = await NewAccountAsync();
        var free = UserServiceApplication.NewEmail();

        using var first = await RegisterAsync(free);
        using var second = await RegisterAsync(taken.ToUpperInvariant());

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await second.Content.ReadAsStringAsync(Cancellation));
        Assert.Null(first.Headers.ETag);
        await _application.Notifications.MailAsync(free, Finish);

        // To the address as its owner wrote it.
        await _application.Notifications.MailAsync(taken, Already);
        Assert.Empty(_application.Notifications.MailsTo(taken.ToUpperInvariant()));
    }

    [Fact]
    public async Task Register_Unconfirmed_CannotSignInAndLeavesNothingReadable()
    {
        var email = UserServiceApplication.NewEmail();
        using var response = await RegisterAsync(email, "canary-name");
        await _application.Notifications.TokenAsync(email, Finish);

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInStatusAsync(email, Password));
        var dump = await RedisDump.ReadAsync(service.Redis.Multiplexer, _application.KeyPrefix);
        Assert.Contains("user:one-use:v1:", dump, StringComparison.Ordinal);
        Assert.All([email, Password, "canary-name", Finish], secret =>
        {
            Assert.DoesNotContain(secret, dump, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, _application.Logs.Text, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Confirm_TokenOfTheMail_CreatesTheAccountWithItsAddressConfirmed()
    {
        var email = UserServiceApplication.NewEmail();
        using var registered = await RegisterAsync(email);
        var token = await _application.Notifications.TokenAsync(email, Finish);

        using var response = await ConfirmAsync(token);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.NotNull(response.Headers.ETag);
        var account = await UserServiceApplication.ReadAsync(response);
        Assert.Equal($"/v1/users/{account.GetProperty("id").GetString()}", response.Headers.Location!.OriginalString);
        Assert.True(account.GetProperty("emailConfirmed").GetBoolean());
        await _application.SignInAsync(email, Password);
        Assert.Equal("invalid_token", await CodeAsync(await ConfirmAsync(token)));
    }

    [Fact]
    public async Task Confirm_TwentyAtOnce_OneAccount()
    {
        var email = UserServiceApplication.NewEmail();
        using var registered = await RegisterAsync(email);
        var token = await _application.Notifications.TokenAsync(email, Finish);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var response = await ConfirmAsync(token);
            return response.StatusCode;
        }));

        Assert.Single(statuses, status => status == HttpStatusCode.Created);
        Assert.Equal(19, statuses.Count(status => status is HttpStatusCode.BadRequest or HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task Confirm_RegisteredByAStranger_NeedsTheStrangersPasswordAndLeavesTheNewcomersOwnRegistrationGood()
    {
        var email = UserServiceApplication.NewEmail();
        using var strangers = await RegisterAsync(email);
        var strangersToken = await _application.Notifications.TokenAsync(email, Finish);
        using var client = _application.CreateClient();
        using var own = await client.PostAsJsonAsync("/v1/users", new { email, password = "the newcomer's own" }, Cancellation);
        var token = await _application.Notifications.TokenAsync(email, Finish, count: 2);

        Assert.Equal("invalid_token", await CodeAsync(await ConfirmAsync(strangersToken, "the newcomer's own")));
        using var confirmed = await ConfirmAsync(token, "the newcomer's own");

        Assert.Equal(HttpStatusCode.Created, confirmed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInStatusAsync(email, Password));
        Assert.Equal(HttpStatusCode.OK, await SignInStatusAsync(email, "the newcomer's own"));
    }

    [Fact]
    public async Task Confirm_WrongPassword_IsAnsweredAsABadTokenCountedAsASignInAndKeepsTheToken()
    {
        var email = UserServiceApplication.NewEmail();
        using var registered = await RegisterAsync(email);
        var token = await _application.Notifications.TokenAsync(email, Finish);

        using var bad = await ConfirmAsync("ot_nobody's", "guess");
        using var wrong = await ConfirmAsync(token, "guess");
        Assert.Equal(await TextAsync(bad), await TextAsync(wrong));
        Assert.Equal("invalid_token", await CodeAsync(await ConfirmAsync(token, "another guess")));

        // Counted together, whichever door they come by; who reads the mail has more of them.
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInStatusAsync(email, "a third"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInStatusAsync(email, "a fourth"));
        Assert.Equal("invalid_token", await CodeAsync(await ConfirmAsync(token, "a fifth")));
        await CountAsync(email, (keys, attempt) => keys.Attempts(attempt.Partition, attempt.Source));
        Assert.Equal("too_many_attempts", await CodeAsync(await ConfirmAsync(token)));
        using var elsewhere = _application.CreateClient();
        elsewhere.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.77");
        using var right = await elsewhere.PostAsJsonAsync("/v1/users/confirm", new { token, password = Password }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, right.StatusCode);

        static async Task<string> TextAsync(HttpResponseMessage response)
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            return $"{response.StatusCode} {problem.GetProperty("code")} {problem.GetProperty("title")} {problem.GetProperty("detail")}";
        }
    }

    [Fact]
    public async Task Confirm_WhileStrangersGuessAtTheAddress_IsNotPutOffAndMakesTheNetworkKnown()
    {
        var email = UserServiceApplication.NewEmail();
        using var registered = await RegisterAsync(email);
        var token = await _application.Notifications.TokenAsync(email, Finish);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInStatusAsync(email, "guess"));
        await CountAsync(email, (keys, attempt) => keys.AllAttempts(attempt.Partition));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInStatusAsync(email, Password));

        using var confirmed = await ConfirmAsync(token);

        Assert.Equal(HttpStatusCode.Created, confirmed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await SignInStatusAsync(email, Password));
    }

    [Fact]
    public async Task Confirm_WithoutPassword_SaysThatItIsMissing()
    {
        using var response = await ConfirmAsync("ot_any", password: null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors").TryGetProperty("password", out _));
    }

    [Fact]
    public async Task Confirm_AddressTakenMeanwhile_SaysNoMoreThanOfAnyBadToken()
    {
        var email = UserServiceApplication.NewEmail();
        using var first = await RegisterAsync(email);
        var token = await _application.Notifications.TokenAsync(email, Finish);
        await using (var open = new UserServiceApplication(service.Redis.ConnectionString, _application.KeyPrefix))
        {
            await open.ReadyAsync();
            await open.RegisterAsync(email, Password);
        }

        Assert.Equal("invalid_token", await CodeAsync(await ConfirmAsync(token)));
    }

    [Fact]
    public async Task Confirm_UserNameTakenMeanwhile_SaysSoAndKeepsTheToken()
    {
        var name = $"ada-{Guid.NewGuid():n}"[..20];
        var (early, late) = (UserServiceApplication.NewEmail(), UserServiceApplication.NewEmail());
        using var first = await RegisterAsync(late, name);
        using var second = await RegisterAsync(early, name);
        using var winner = await ConfirmAsync(await _application.Notifications.TokenAsync(early, Finish));
        Assert.Equal(HttpStatusCode.Created, winner.StatusCode);
        var token = await _application.Notifications.TokenAsync(late, Finish);

        Assert.Equal("user_name_taken", await CodeAsync(await ConfirmAsync(token)));
        Assert.Equal("user_name_taken", await CodeAsync(await ConfirmAsync(token)));
    }

    [Fact]
    public async Task Register_UserNameTaken_SaysSo()
    {
        var name = $"ada-{Guid.NewGuid():n}"[..20];
        await NewAccountAsync(name);

        Assert.Equal("user_name_taken", await CodeAsync(await RegisterAsync(UserServiceApplication.NewEmail(), name)));
    }

    [Theory]
    [InlineData("not-an-address", Password, "email")]
    [InlineData("ada@example.com", "short", "password")]
    public async Task Register_Invalid_NamesTheRule(string email, string password, string property)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/users", new { email, password }, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.True(problem.GetProperty("errors").TryGetProperty(property, out _));
    }

    [Fact]
    public async Task Redis_Killed_AnswersWith503AndKeepsNothingHalf()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString, settings: Required());
        using var client = application.CreateClient();
        await application.SignInAdminAsync();
        var email = UserServiceApplication.NewEmail();
        using var registered = await client.PostAsJsonAsync("/v1/users", new { email, password = Password }, Cancellation);
        var token = await application.Notifications.TokenAsync(email, Finish);

        await redis.KillAsync();
        using var register = await client.PostAsJsonAsync("/v1/users", new { email, password = Password }, Cancellation);
        using var confirm = await client.PostAsJsonAsync("/v1/users/confirm", new { token, password = Password }, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, register.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, confirm.StatusCode);
        Assert.NotNull(register.Headers.RetryAfter);

        await redis.RestartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                using var again = await client.PostAsJsonAsync("/v1/users/confirm", new { token, password = Password }, Cancellation);
                return again.StatusCode == HttpStatusCode.Created;
            },
            TimeSpan.FromSeconds(30),
            "the registration is finished");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>As after a hundred attempts.</summary>
    private async Task CountAsync(string email, Func<UserKeys, Attempt, RedisKey> counter)
    {
        await using var scope = _application.Services.CreateAsyncScope();
        var attempt = scope.ServiceProvider.GetRequiredService<Attempts>().OfSignIn(email, null, new Device("curl", null, null));
        Assert.False(await service.Redis.GetDatabase().HashSetAsync(
            counter(scope.ServiceProvider.GetRequiredService<UserKeys>(), attempt), "count", 100));
    }

    private async Task<string> NewAccountAsync(string? userName = null)
    {
        var email = UserServiceApplication.NewEmail();
        using var registered = await RegisterAsync(email, userName);
        using var confirmed = await ConfirmAsync(await _application.Notifications.TokenAsync(email, Finish));
        Assert.Equal(HttpStatusCode.Created, confirmed.StatusCode);
        return email;
    }

    private async Task<HttpResponseMessage> RegisterAsync(string email, string? userName = null)
    {
        using var client = _application.CreateClient();
        return await client.PostAsJsonAsync("/v1/users", new { email, password = Password, userName }, Cancellation);
    }

    private async Task<HttpResponseMessage> ConfirmAsync(string token, string? password = Password)
    {
        using var client = _application.CreateClient();
        return await client.PostAsJsonAsync("/v1/users/confirm", new { token, password }, Cancellation);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString();
        }
    }

    private async Task<HttpStatusCode> SignInStatusAsync(string email, string password)
    {
        using var client = _application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password }, Cancellation);
        return response.StatusCode;
    }
}
