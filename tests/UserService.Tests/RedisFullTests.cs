using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Platform.TestKit;
using UserService.Tests.Erasure;
using UserService.Tests.Registrations;
using UserService.Tests.TwoFactor;
using UserService.TwoFactor;

namespace UserService.Tests;

/// <summary>Redis at its memory limit, with nothing that it may evict: it answers, and takes in only what keeps people in, or thieves out.</summary>
public sealed class RedisFullTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task SecondFactor_TurnedOn_IsRefusedWholeAndTheNextCodeIsGoodOnceThereIsRoom()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        await application.ReadyAsync();
        var account = await application.NewPersonAsync();
        using var client = application.ClientOf(account.Tokens);
        using var begun = await client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = account.Password });
        var secret = (await UserServiceApplication.ReadAsync(begun)).GetProperty("secret").GetString()!;
        var person = new TwoFactorPerson(account, secret, []);
        var code = await person.CodeAsync(0);

        await FillAsync(redis);
        await RefusedAsync(() => client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = account.Password }));
        await RefusedAsync(() => client.PostAsJsonAsync("/v1/users/me/two-factor/confirm", new { code }));
        var state = await client.GetFromJsonAsync<JsonElement>("/v1/users/me/two-factor");
        Assert.False(state.GetProperty("enabled").GetBoolean());
        Assert.Equal(0, state.GetProperty("recoveryCodesLeft").GetInt32());

        await MakeRoomAsync(redis);
        var next = await person.CodeAsync(1);
        await Eventually.TrueAsync(
            async () => (await client.PostAsJsonAsync("/v1/users/me/two-factor/confirm", new { code = next })).IsSuccessStatusCode, Patience,
            "the second factor is on");
    }

    [Fact]
    public async Task SignIn_WithSecondFactor_Refresh_SignOut_AndRevocation_GoOn()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(
            redis.ConnectionString, settings: new() { ["Sessions:SeenInterval"] = "00:00:00" });
        await application.ReadyAsync();
        var person = await TwoFactorPerson.CreateAsync(application);
        var stolen = await application.NewPersonAsync();
        using var admin = application.ClientOf(await application.SignInAdminAsync());
        using var anybody = application.CreateClient();
        await FillAsync(redis);

        // Nobody is kept out: neither who signs in anew, nor who was seen long ago.
        using var second = await anybody.PostAsJsonAsync(
            "/v1/auth/login/second-factor", new { ticket = await person.TicketAsync(anybody), code = await person.CodeAsync(0) });
        var tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(second));
        using var me = application.ClientOf(tokens);
        Assert.Equal(2, (await me.GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("items").GetArrayLength());
        using var refreshed = await anybody.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);

        // And who must go, goes.
        using var revoked = await admin.PostAsJsonAsync("/v1/revocations", new { userId = stolen.Id });
        Assert.True(revoked.IsSuccessStatusCode, $"{revoked.StatusCode}: {await revoked.Content.ReadAsStringAsync()}");
        using var thief = application.ClientOf(stolen.Tokens);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/v1/users/me")).StatusCode);
        using var signedOut = await me.DeleteAsync("/v1/sessions");
        Assert.True(signedOut.IsSuccessStatusCode, $"{signedOut.StatusCode}: {await signedOut.Content.ReadAsStringAsync()}");
    }

    [Fact]
    public async Task TokensOfTheMail_AreRefusedWholeAndGoodOnceThereIsRoom()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString, settings: ConfirmedRegistrationTests.Required());
        await application.ReadyAsync();
        await application.SignInAdminAsync();
        using var anybody = application.CreateClient();
        var email = UserServiceApplication.NewEmail();
        using var registered = await anybody.PostAsJsonAsync("/v1/users", new { email, password = "correct horse battery" });
        using var forgot = await anybody.PostAsJsonAsync("/v1/auth/password-reset", new { email = UserServiceApplication.AdminEmail });
        var registration = new
        {
            token = await application.Notifications.TokenAsync(email, "Finish your registration"), password = "correct horse battery",
        };
        var reset = new
        {
            token = await application.Notifications.TokenAsync(UserServiceApplication.AdminEmail, "Reset your password"), newPassword = "another correct horse",
        };

        await FillAsync(redis);
        await RefusedAsync(() => anybody.PostAsJsonAsync("/v1/users/confirm", registration));
        await RefusedAsync(() => anybody.PostAsJsonAsync("/v1/auth/password-reset/confirm", reset));

        await MakeRoomAsync(redis);
        await Eventually.TrueAsync(
            async () => (await anybody.PostAsJsonAsync("/v1/users/confirm", registration)).StatusCode == HttpStatusCode.Created, Patience, "the account is there");
        await Eventually.TrueAsync(
            async () => (await anybody.PostAsJsonAsync("/v1/auth/password-reset/confirm", reset)).IsSuccessStatusCode, Patience, "the password is another");
    }

    [Fact]
    public async Task Erasure_IsTakenAndDoneOnceThereIsRoomAtTheLatest()
    {
        await using var redis = await RedisServer.StartAsync();
        var others = new OtherServices();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        await using var running = others.Around(application);
        await ReadyAsync(running);
        var (ada, bob, eve) = (await RegisterAsync(running), await RegisterAsync(running), await RegisterAsync(running));
        using var client = await SignInAsync(running, ada.Email, ada.Password);
        using var admin = await SignInAsync(running, UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword);

        others.Down["taskservice"] = true;
        using var before = await EraseAsync(admin, eve.Id);
        Assert.Equal(HttpStatusCode.Accepted, before.StatusCode);

        await FillAsync(redis);
        using var own = await EraseAsync(client, "me", ada.Password);
        using var during = await EraseAsync(admin, bob.Id);
        var ids = new[] { await IdAsync(before), await IdAsync(own), await IdAsync(during) };

        others.Down.Clear();
        await MakeRoomAsync(redis);
        foreach (var id in ids)
        {
            await Eventually.TrueAsync(
                async () => (await admin.GetFromJsonAsync<JsonElement>($"/v1/erasures/{id}")).GetProperty("state").GetString() == "done",
                Patience,
                "an erasure that had begun is done");
        }

        static async Task<string> IdAsync(HttpResponseMessage answer) =>
            (await UserServiceApplication.ReadAsync(answer)).GetProperty("id").GetString()!;
    }

    private static Task<string> FillAsync(RedisServer redis) => redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");

    private static Task<string> MakeRoomAsync(RedisServer redis) => redis.CommandAsync("CONFIG", "SET", "maxmemory", "512mb");

    private static async Task RefusedAsync(Func<Task<HttpResponseMessage>> call)
    {
        using var response = await call();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("redis_unavailable", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    private static async Task ReadyAsync(WebApplicationFactory<Program> application)
    {
        using var client = application.CreateClient();
        await Eventually.TrueAsync(async () => (await client.GetAsync("/health")).IsSuccessStatusCode, Patience, "the service is ready");
    }

    private static async Task<(string Id, string Email, string Password)> RegisterAsync(WebApplicationFactory<Program> application)
    {
        var (email, password) = (UserServiceApplication.NewEmail(), $"correct horse {Guid.NewGuid():n}");
        using var client = application.CreateClient();
        using var response = await client.PostAsJsonAsync("/v1/users", new { email, password });
        return ((await UserServiceApplication.ReadAsync(response)).GetProperty("id").GetString()!, email, password);
    }

    /// <summary>In the end: the administrator's account may not be there yet.</summary>
    private static async Task<HttpClient> SignInAsync(WebApplicationFactory<Program> application, string email, string password)
    {
        var client = application.CreateClient();
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await client.PostAsJsonAsync("/v1/auth/login", new { email, password });
                var tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
                client.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
                return true;
            },
            Patience,
            "the account can sign in");
        return client;
    }

    private static Task<HttpResponseMessage> EraseAsync(HttpClient client, string id, string? password = null) => client.SendAsync(
        new HttpRequestMessage(HttpMethod.Delete, $"/v1/users/{id}/data")
        {
            Content = password is null ? null : JsonContent.Create(new { currentPassword = password }),
        });
}
