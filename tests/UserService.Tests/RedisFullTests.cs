using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Platform.TestKit;
using UserService.Tests.Erasure;
using UserService.Tests.TwoFactor;
using UserService.TwoFactor;

namespace UserService.Tests;

/// <summary>Redis at its memory limit, with nothing that it may evict: it answers, and takes nothing in.</summary>
public sealed class RedisFullTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task SecondFactor_TurnedOn_IsRefusedWholeAndTheSameCodeIsGoodOnceThereIsRoom()
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
        await Eventually.TrueAsync(
            async () => (await client.PostAsJsonAsync("/v1/users/me/two-factor/confirm", new { code })).IsSuccessStatusCode, Patience, "the second factor is on");
    }

    [Fact]
    public async Task SecondFactor_SignIn_IsRefusedWholeAndTheSameTicketAndCodeAreGoodOnceThereIsRoom()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        await application.ReadyAsync();
        var person = await TwoFactorPerson.CreateAsync(application);
        using var client = application.CreateClient();
        var ticket = await person.TicketAsync(client);
        var code = await person.CodeAsync(0);

        await FillAsync(redis);
        for (var i = 0; i < SignInTickets.MostTries; i++)
        {
            await RefusedAsync(() => client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket, code }));
        }

        await RefusedAsync(() => client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket, recoveryCode = person.RecoveryCodes[0] }));
        await RefusedAsync(() => client.PostAsJsonAsync("/v1/auth/login", new { email = person.Account.Email, password = person.Account.Password }));

        await MakeRoomAsync(redis);
        IssuedTokens? tokens = null;
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket, code });
                tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(response));
                return true;
            },
            Patience,
            "the sign-in goes on");
        using var me = application.ClientOf(tokens!);
        Assert.Equal(10, (await me.GetFromJsonAsync<JsonElement>("/v1/users/me/two-factor")).GetProperty("recoveryCodesLeft").GetInt32());
        Assert.Equal(2, (await me.GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Erasure_OfOneself_IsRefusedWhole_AndWhatAdministratorsBegin_IsDoneOnceThereIsRoom()
    {
        await using var redis = await RedisServer.StartAsync();
        var others = new OtherServices();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        await using var running = others.Around(application);
        await ReadyAsync(running);
        var (ada, bob, eve) = (await RegisterAsync(running), await RegisterAsync(running), await RegisterAsync(running));
        using var client = await SignInAsync(running, ada.Email, ada.Password);
        using var admin = await SignInAsync(running, UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword);

        // Somebody who is at it: what is refused is the erasure, not a new caller.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
        others.Down["taskservice"] = true;
        using var before = await EraseAsync(admin, eve.Id);
        Assert.Equal(HttpStatusCode.Accepted, before.StatusCode);

        await FillAsync(redis);
        await RefusedAsync(() => EraseAsync(client, "me", ada.Password));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
        Assert.DoesNotContain(others.Calls, call => call.UserId == ada.Id);

        // Without a password to count there is nothing that must be written first but the erasure itself, and that is.
        using var during = await EraseAsync(admin, bob.Id);
        Assert.True(during.IsSuccessStatusCode, $"{during.StatusCode}");
        var ids = new[] { await IdAsync(before), await IdAsync(during) };

        others.Down.Clear();
        await MakeRoomAsync(redis);
        foreach (var id in ids)
        {
            await Eventually.TrueAsync(
                async () => (await admin.GetFromJsonAsync<JsonElement>($"/v1/erasures/{id}")).GetProperty("state").GetString() == "done",
                Patience,
                "an erasure that had begun is done");
        }

        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await EraseAsync(client, "me", ada.Password);
                return response.IsSuccessStatusCode;
            },
            Patience,
            "the request that was refused is carried out");

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
