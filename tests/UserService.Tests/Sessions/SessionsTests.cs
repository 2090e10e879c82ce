using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using UserService.Keys;

namespace UserService.Tests.Sessions;

public sealed class SessionsTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task SignIn_BeyondTheCap_RevokesTheOldestBeforeItEndsAnything()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString, settings: new() { ["Sessions:MaxPerUser"] = "1" });
        var person = await application.NewPersonAsync();
        var keys = application.Services.GetRequiredService<UserKeys>();
        var database = service.Redis.GetDatabase();

        // The feed cannot be written, as where the process ends there.
        await database.KeyDeleteAsync(keys.Revocations);
        await database.StringSetAsync(keys.Revocations, "in the way");
        using var client = application.CreateClient();
        using var broken = await client.PostAsJsonAsync("/v1/auth/login", new { email = person.Email, password = person.Password });

        Assert.False(broken.IsSuccessStatusCode);
        Assert.Equal(person.Tokens.SessionId, Assert.Single(await database.SortedSetRangeByRankAsync(keys.SessionList(person.Id))));
        await database.KeyDeleteAsync(keys.Revocations);
    }

    [Fact]
    public async Task List_ShowsWhatAnOwnerRecognisesADeviceBy()
    {
        var person = await _application.NewPersonAsync();
        using var browser = _application.CreateClient();
        browser.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        using var login = await browser.PostAsJsonAsync("/v1/auth/login", new { email = person.Email, password = person.Password });
        var tokens = IssuedTokens.Of(await UserServiceApplication.ReadAsync(login));
        using var named = await browser.PostAsJsonAsync(
            "/v1/auth/login", new { email = person.Email, password = person.Password, deviceName = "Ada's desk" });
        await UserServiceApplication.ReadAsync(named);
        using var client = _application.ClientOf(tokens);

        var items = (await client.GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("items").EnumerateArray().ToArray();

        Assert.Equal(3, items.Length);
        var current = Assert.Single(items, item => item.GetProperty("current").GetBoolean());
        Assert.Equal(tokens.SessionId, current.GetProperty("id").GetString());
        Assert.Equal("Firefox on Linux", current.GetProperty("device").GetString());
        Assert.Equal(["pwd"], current.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
        Assert.True(current.GetProperty("expiresAt").GetDateTimeOffset() > current.GetProperty("createdAt").GetDateTimeOffset().AddDays(13));
        Assert.Contains(items, item => item.GetProperty("device").GetString() == "Ada's desk");
        Assert.DoesNotContain("rt_", string.Concat(items.Select(item => item.GetRawText())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_OneOfMine_EndsIt_OneOfAnother_IsNotThere()
    {
        var person = await _application.NewPersonAsync();
        var second = await _application.SignInAsync(person.Email, person.Password);
        var stranger = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        using var secondClient = _application.ClientOf(second);

        using var ended = await client.DeleteAsync($"/v1/sessions/{second.SessionId}");
        using var again = await client.DeleteAsync($"/v1/sessions/{second.SessionId}");
        using var foreign = await client.DeleteAsync($"/v1/sessions/{stranger.Tokens.SessionId}");
        using var invalid = await client.DeleteAsync("/v1/sessions/%7Bx%7D");

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.All([again, foreign, invalid], response => Assert.Equal(HttpStatusCode.NotFound, response.StatusCode));
        Assert.Equal(HttpStatusCode.Unauthorized, (await secondClient.GetAsync("/v1/sessions")).StatusCode);
        using var strangersClient = _application.ClientOf(stranger.Tokens);
        Assert.Equal(HttpStatusCode.OK, (await strangersClient.GetAsync("/v1/sessions")).StatusCode);
    }

    [Fact]
    public async Task EndOthers_LeavesTheOneThatAsks()
    {
        var person = await _application.NewPersonAsync();
        var others = new[]
        {
            await _application.SignInAsync(person.Email, person.Password), await _application.SignInAsync(person.Email, person.Password),
        };
        using var client = _application.ClientOf(person.Tokens);

        using var ended = await client.DeleteAsync("/v1/sessions");

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        var left = Assert.Single((await client.GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("items").EnumerateArray());
        Assert.Equal(person.Tokens.SessionId, left.GetProperty("id").GetString());
        foreach (var other in others)
        {
            using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = other.RefreshToken });
            Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
        }
    }

    [Fact]
    public async Task SignIn_BeyondTheCap_EndsTheOldestSession()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["Sessions:MaxPerUser"] = "2" });
        var person = await application.NewPersonAsync();
        await application.SignInAsync(person.Email, person.Password);
        var newest = await application.SignInAsync(person.Email, person.Password);

        using var oldest = application.ClientOf(person.Tokens);
        using var client = application.ClientOf(newest);

        Assert.Equal(HttpStatusCode.Unauthorized, (await oldest.GetAsync("/v1/sessions")).StatusCode);
        Assert.Equal(2, (await client.GetFromJsonAsync<JsonElement>("/v1/sessions")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Session_LeftAlone_ExpiresByItself()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString,
            settings: new() { ["Sessions:IdleLifetime"] = "00:00:01", ["Sessions:AbsoluteLifetime"] = "00:00:02", ["Sessions:SeenInterval"] = "00:00:00" });
        var person = await application.NewPersonAsync();
        using var client = application.ClientOf(person.Tokens);

        // Looking keeps it alive until the absolute end; every key is gone soon after.
        await Platform.TestKit.Eventually.TrueAsync(
            async () => (await client.GetAsync("/v1/sessions")).StatusCode == HttpStatusCode.Unauthorized,
            TimeSpan.FromSeconds(10),
            "the session expires");
        await Platform.TestKit.Eventually.TrueAsync(
            async () => !(await RedisDump.KeysAsync(service.Redis.Multiplexer, application.KeyPrefix + "user:session")).Exists(
                key => key.ToString().Contains(person.Id, StringComparison.Ordinal)),
            TimeSpan.FromSeconds(10),
            "its keys expire");
    }

    [Fact]
    public async Task WhenFull_RejectIsChosen_RefusesTheSignInAndLeavesTheOthers()
    {
        await using var application = new UserServiceApplication(
            service.Redis.ConnectionString, settings: new() { ["Sessions:MaxPerUser"] = "2", ["Sessions:WhenFull"] = "Reject" });
        var person = await application.NewPersonAsync();
        var second = await application.SignInAsync(person.Email, person.Password);
        using var client = application.ClientOf(second);

        using var refused = await client.PostAsJsonAsync("/v1/auth/login", new { email = person.Email, password = person.Password });
        using var ended = await client.DeleteAsync($"/v1/sessions/{person.Tokens.SessionId}");
        using var next = await client.PostAsJsonAsync("/v1/auth/login", new { email = person.Email, password = person.Password });

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("too_many_sessions", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Administrators_SeeAndEndAnybodysSessions_OthersNeither()
    {
        var person = await _application.NewPersonAsync();
        var second = await _application.SignInAsync(person.Email, person.Password);
        var third = await _application.SignInAsync(person.Email, person.Password);
        var stranger = await _application.NewPersonAsync();
        using var admin = _application.ClientOf(await _application.SignInAdminAsync());
        using var strangers = _application.ClientOf(stranger.Tokens);
        var path = $"/v1/users/{person.Id}/sessions";

        var listed = (await admin.GetFromJsonAsync<JsonElement>(path)).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("id").GetString()).Order();
        using var one = await admin.DeleteAsync($"{path}/{second.SessionId}");
        using var again = await admin.DeleteAsync($"{path}/{second.SessionId}");
        using var thirdClient = _application.ClientOf(third);
        using var meanwhile = await thirdClient.GetAsync("/v1/sessions");
        using var all = await admin.DeleteAsync(path);
        using var afterwards = await thirdClient.GetAsync("/v1/sessions");
        using var nobody = await admin.GetAsync("/v1/users/usr_nobody/sessions");

        Assert.Equal(new[] { person.Tokens.SessionId, second.SessionId, third.SessionId }.Order(), listed);
        Assert.Equal(
            [HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Unauthorized, HttpStatusCode.NotFound],
            new[] { one, again, meanwhile, all, afterwards, nobody }.Select(answer => answer.StatusCode));
        foreach (var (method, target) in new[] { (HttpMethod.Get, path), (HttpMethod.Delete, path), (HttpMethod.Delete, $"{path}/{third.SessionId}") })
        {
            using var request = new HttpRequestMessage(method, target);
            using var refused = await strangers.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
    }
}
