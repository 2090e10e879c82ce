using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using UserService.Audit;
using UserService.Keys;

namespace UserService.Tests.Audit;

public sealed class AuditTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatHappenedToAnAccount_IsThereForItsOwner_TheNewestFirst_WithoutASecret()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        using var refused = await client.PostAsJsonAsync("/v1/auth/login", new { email = person.Email, password = "not the password" }, Stop);
        const string NewPassword = "another correct horse 7391";
        using var changed = await client.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = NewPassword }, Stop);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);

        var text = await client.GetStringAsync("/v1/users/me/audit", Stop);

        var items = JsonDocument.Parse(text).RootElement.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(
            ["password.changed success", "session.started refused", "session.started success", "account.created success"],
            items.Select(item => $"{item.GetProperty("action").GetString()} {item.GetProperty("outcome").GetString()}"));
        Assert.All(items, item => Assert.Equal(person.Id, item.GetProperty("userId").GetString()));
        Assert.Equal(person.Id, items[0].GetProperty("by").GetString());
        Assert.Contains("Firefox", items[0].GetProperty("userAgent").GetString(), StringComparison.Ordinal);
        Assert.Equal("password", items[1].GetProperty("detail").GetString());
        Assert.All([person.Password, NewPassword, person.Email, person.Tokens.RefreshToken], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_AboutTheTrail_NamesEveryAction()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "audit.md"));
        var actions = typeof(AuditActions).GetFields().Select(field => $"`{field.GetRawConstantValue()}`");
        Assert.All(actions, action => Assert.Contains(action, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Change_ThatChangesNothing_IsNoEvent()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        foreach (object same in (object[])[new { }, new { displayName = "Ada Lovelace", email = person.Email, userName = "" }])
        {
            using var change = await client.PatchAsJsonAsync("/v1/users/me", same, Stop);
            Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        }

        var text = await client.GetStringAsync("/v1/users/me/audit", Stop);

        Assert.DoesNotContain("account.changed", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryonesEvents_AreForAdministrators_PagedAndFiltered()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var client = application.ClientOf(person.Tokens);
        using var admin = application.ClientOf(await application.SignInAdminAsync());
        for (var i = 0; i < 5; i++)
        {
            await application.SignInAsync(person.Email, person.Password);
        }

        using var unknown = await client.PostAsJsonAsync("/v1/auth/login", new { email = UserServiceApplication.NewEmail(), password = "some password" }, Stop);

        var first = await PageAsync(admin, "/v1/audit?action=session.started&outcome=success&limit=4");
        var rest = await PageAsync(admin, $"/v1/audit?action=session.started&outcome=success&limit=200&cursor={first.Next}");
        var group = await PageAsync(admin, "/v1/audit?action=session.&limit=200");
        var persons = await PageAsync(admin, $"/v1/audit?userId={person.Id}&limit=200");
        var nobodys = (await PageAsync(admin, "/v1/audit?outcome=refused")).Items;
        var early = await PageAsync(admin, $"/v1/audit?until={Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(-1).ToString("o"))}");

        Assert.Equal(4, first.Items.Length);
        Assert.Equal(3 + 4, first.Items.Length + rest.Items.Length);
        Assert.Null(rest.Next);
        Assert.Equal(8, group.Items.Length);
        Assert.Equal(7, persons.Items.Length);
        var refusal = Assert.Single(nobodys);
        Assert.Equal(JsonValueKind.Null, refusal.GetProperty("userId").ValueKind);
        Assert.Equal("unknown", refusal.GetProperty("detail").GetString());
        Assert.Empty(early.Items);
        foreach (var wrong in (string[])["cursor=x", "action=", "outcome=maybe", "userId=x", "since=1960-01-01T00:00:00Z"])
        {
            using var answer = await admin.GetAsync($"/v1/audit?{wrong}", Stop);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/v1/audit", Stop)).StatusCode);
    }

    [Fact]
    public async Task APersonWhoIsErased_IsForgottenFromWhere_ButNotWhatHappened()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var admin = application.ClientOf(await application.SignInAdminAsync());

        var erased = await application.Services.GetRequiredService<AuditTrail>().EraseAsync(person.Id, Stop);

        Assert.Equal(2, erased);
        Assert.Empty((await PageAsync(admin, $"/v1/audit?userId={person.Id}")).Items);
        var left = (await PageAsync(admin, "/v1/audit?limit=200")).Items.Where(item => item.GetProperty("userId").GetString() == person.Id).ToArray();
        Assert.Equal(2, left.Length);
        Assert.All(left, item => Assert.Equal(JsonValueKind.Null, item.GetProperty("detail").ValueKind));
    }

    [Fact]
    public async Task Trail_OfTooManyEvents_LetsTheOldestGo()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["Audit:MaxEvents"] = "100", ["Audit:MaxEventsPerPerson"] = "100" });
        var trail = application.Services.GetRequiredService<AuditTrail>();
        for (var i = 0; i < 400; i++)
        {
            await trail.RecordAsync(AuditActions.SessionStarted, AuditOutcome.Refused, "usr_of_a_test");
        }

        var keys = application.Services.GetRequiredService<UserKeys>();

        // Redis trims whole nodes of a hundred.
        Assert.InRange(await service.Redis.GetDatabase().StreamLengthAsync(keys.Audit), 100, 200);
        Assert.InRange(await service.Redis.GetDatabase().StreamLengthAsync(keys.AuditOf("usr_of_a_test")), 100, 200);
    }

    [Fact]
    public async Task RedisAway_TheLogHasWhatTheTrailHasNot()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        using var client = application.CreateClient();
        await redis.KillAsync();

        await application.Services.GetRequiredService<AuditTrail>().RecordAsync(AuditActions.PasswordChanged, AuditOutcome.Success, "usr_x");

        Assert.Contains("password.changed (Success) could not be written", application.Logs.Text, StringComparison.Ordinal);
    }

    private static async Task<(JsonElement[] Items, string? Next)> PageAsync(HttpClient client, string path)
    {
        var page = await client.GetFromJsonAsync<JsonElement>(path, Stop);
        return ([.. page.GetProperty("items").EnumerateArray()], page.GetProperty("nextCursor").GetString());
    }
}
