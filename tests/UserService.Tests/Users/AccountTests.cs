using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using StackExchange.Redis;
using UserService.Users;

namespace UserService.Tests.Users;

public sealed class AccountTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task ChangePassword_FromManySessionsAtOnce_LeavesTheWinnersSessionAlive()
    {
        var person = await _application.NewPersonAsync();
        var sessions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _application.SignInAsync(person.Email, person.Password)));

        var statuses = await Task.WhenAll(sessions.Select(async (tokens, i) =>
        {
            using var client = _application.ClientOf(tokens);
            using var response = await client.PutAsJsonAsync(
                "/v1/users/me/password", new { currentPassword = person.Password, newPassword = $"another horse {i}" });
            return response.StatusCode;
        }));

        var winner = Assert.Single(sessions.Zip(statuses), pair => pair.Second == HttpStatusCode.NoContent).First;
        using var owner = _application.ClientOf(winner);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/v1/users/me")).StatusCode);
        using var refresh = await owner.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = winner.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, refresh.StatusCode);
        using var refreshed = _application.ClientOf(IssuedTokens.Of(await UserServiceApplication.ReadAsync(refresh)));
        Assert.Equal(HttpStatusCode.OK, (await refreshed.GetAsync("/v1/users/me")).StatusCode);
    }

    [Fact]
    public async Task Me_SignedIn_IsTheCallersAccount()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);

        var me = await client.GetFromJsonAsync<JsonElement>("/v1/users/me");
        var byId = await client.GetFromJsonAsync<JsonElement>($"/v1/users/{person.Id}");

        Assert.Equal(person.Id, me.GetProperty("id").GetString());
        Assert.Equal(person.Email, me.GetProperty("email").GetString());
        Assert.Equal("Ada Lovelace", me.GetProperty("displayName").GetString());
        Assert.Equal(me.GetRawText(), byId.GetRawText());
    }

    [Fact]
    public async Task OtherPeoplesAccounts_ForeignOrAbsent_GetTheSameAnswer()
    {
        var person = await _application.NewPersonAsync();
        var other = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Patch, HttpMethod.Delete])
        {
            var answers = new List<string>();
            foreach (var id in (string[])[other.Id, "usr_00000000000000000000000000", "no-id", "usr_%7Bx%7D"])
            {
                using var request = new HttpRequestMessage(method, $"/v1/users/{id}");
                request.Content = method == HttpMethod.Patch ? JsonContent.Create(new { displayName = "Eve" }) : null;
                using var response = await client.SendAsync(request);
                Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
                var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
                answers.Add($"{problem.GetProperty("code")} {problem.GetProperty("detail")}");
            }

            Assert.Single(answers.Distinct());
        }

        using var otherClient = _application.ClientOf(other.Tokens);
        Assert.Equal("Ada Lovelace", (await otherClient.GetFromJsonAsync<JsonElement>("/v1/users/me")).GetProperty("displayName").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/v1/users")).StatusCode);
    }

    [Fact]
    public async Task Change_WithETag_HoldsAgainstALostUpdate()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        using var read = await client.GetAsync("/v1/users/me");
        var tag = read.Headers.ETag!;

        using var first = await PatchAsync(client, tag.ToString(), new { displayName = "Countess" });
        using var second = await PatchAsync(client, tag.ToString(), new { displayName = "Lost update" });
        using var again = await PatchAsync(client, first.Headers.ETag!.ToString(), new { displayName = "", userName = $"c-{Guid.NewGuid():n}" });

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.NotEqual(tag, first.Headers.ETag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var me = await client.GetFromJsonAsync<JsonElement>("/v1/users/me");
        Assert.Equal(JsonValueKind.Null, me.GetProperty("displayName").ValueKind);
        Assert.StartsWith("c-", me.GetProperty("userName").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_TwentyAtOnceWithOneETag_OneWins()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        using var read = await client.GetAsync("/v1/users/me");
        var tag = read.Headers.ETag!.ToString();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            using var response = await PatchAsync(client, tag, new { displayName = $"Ada {i}" });
            return response.StatusCode;
        }));

        Assert.Single(statuses, status => status == HttpStatusCode.OK);
        Assert.Equal(19, statuses.Count(status => status == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Change_OfEmail_NeedsThePasswordAndFreesTheOldAddress()
    {
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        var email = UserServiceApplication.NewEmail();

        using var without = await client.PatchAsJsonAsync("/v1/users/me", new { email });
        using var with = await client.PatchAsJsonAsync("/v1/users/me", new { email, currentPassword = person.Password });

        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        await _application.SignInAsync(email, person.Password);
        await Assert.ThrowsAsync<HttpRequestException>(() => _application.SignInAsync(person.Email, person.Password));
        await _application.RegisterAsync(person.Email, "correct horse battery");
    }

    [Fact]
    public async Task Change_ToATakenName_IsRefusedAndChangesNothing()
    {
        var taken = $"taken-{Guid.NewGuid():n}";
        await _application.RegisterAsync(UserServiceApplication.NewEmail(), "correct horse battery", taken);
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);

        using var response = await client.PatchAsJsonAsync("/v1/users/me", new { userName = taken.ToUpperInvariant(), displayName = "Eve" });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var me = await client.GetFromJsonAsync<JsonElement>("/v1/users/me");
        Assert.Equal("Ada Lovelace", me.GetProperty("displayName").GetString());
    }

    [Fact]
    public async Task Change_TwoHundredNamesAtOnce_LeavesOneClaimAndAfterDeletionNone()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var client = application.ClientOf(person.Tokens);

        // The service's own limit of requests is not what is tried here.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await using var scope = application.Services.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
            var user = (await users.FindByIdAsync(person.Id))!;
            user.UserName = $"name-{i % 100}";
            await users.UpdateAsync(user);
        }));

        var name = (await client.GetFromJsonAsync<JsonElement>("/v1/users/me")).GetProperty("userName").GetString();
        Assert.StartsWith("name-", name, StringComparison.Ordinal);
        Assert.Single(await NamesAsync());
        await Assert.ThrowsAsync<HttpRequestException>(
            () => application.RegisterAsync(UserServiceApplication.NewEmail(), "correct horse battery", name));
        using var deleted = await client.DeleteOwnAccountAsync(person.Password);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(await NamesAsync());

        Task<List<RedisKey>> NamesAsync() => RedisDump.KeysAsync(service.Redis.Multiplexer, application.KeyPrefix + "user:name:");
    }

    [Fact]
    public async Task Change_OfEmailToATakenName_FreesTheAddressAtOnce()
    {
        var taken = $"taken-{Guid.NewGuid():n}";
        await _application.RegisterAsync(UserServiceApplication.NewEmail(), "correct horse battery", taken);
        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        var email = UserServiceApplication.NewEmail();

        using var response = await client.PatchAsJsonAsync("/v1/users/me", new { userName = taken, email, currentPassword = person.Password });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        await _application.RegisterAsync(email, "correct horse battery");
    }

    [Fact]
    public async Task Delete_OwnAccount_EndsSessionsAndFreesTheNames()
    {
        var userName = $"gone-{Guid.NewGuid():n}";
        var email = UserServiceApplication.NewEmail();
        await _application.RegisterAsync(email, "correct horse battery", userName);
        var tokens = await _application.SignInAsync(email, "correct horse battery");
        using var client = _application.ClientOf(tokens);

        using var deleted = await client.DeleteOwnAccountAsync("correct horse battery");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/users/me")).StatusCode);
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = tokens.RefreshToken });
        Assert.Equal(HttpStatusCode.Unauthorized, refresh.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => _application.SignInAsync(email, "correct horse battery"));
        await _application.RegisterAsync(email, "correct horse battery", userName);
    }

    [Fact]
    public async Task List_Administrator_PagesThroughEverybodyOnce()
    {
        var people = new[] { await _application.NewPersonAsync(), await _application.NewPersonAsync(), await _application.NewPersonAsync() };
        using var client = _application.ClientOf(await _application.SignInAdminAsync());

        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/v1/users?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Subset(ids.ToHashSet(), people.Select(person => person.Id).ToHashSet());
        using var someone = await client.GetAsync($"/v1/users/{people[0].Id}");
        Assert.Equal(HttpStatusCode.OK, someone.StatusCode);
        using var spoiled = await client.GetAsync("/v1/users?cursor=spoiled");
        Assert.Equal(HttpStatusCode.BadRequest, spoiled.StatusCode);
    }

    [Fact]
    public async Task ChangePassword_EndsOtherSessionsAndKeepsThisOne()
    {
        var person = await _application.NewPersonAsync();
        var other = await _application.SignInAsync(person.Email, person.Password);
        using var client = _application.ClientOf(person.Tokens);
        const string NewPassword = "another horse entirely";

        using var wrong = await client.PutAsJsonAsync("/v1/users/me/password", new { currentPassword = "wrong", newPassword = NewPassword });
        using var weak = await client.PutAsJsonAsync("/v1/users/me/password", new { currentPassword = person.Password, newPassword = "short" });
        using var changed = await client.PutAsJsonAsync(
            "/v1/users/me/password", new { currentPassword = person.Password, newPassword = NewPassword });

        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.True((await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty("currentPassword", out _));
        Assert.True((await weak.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty("newPassword", out _));
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        using var refreshOther = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = other.RefreshToken });
        Assert.Equal(HttpStatusCode.Unauthorized, refreshOther.StatusCode);
        using var otherClient = _application.ClientOf(other);
        Assert.Equal(HttpStatusCode.Unauthorized, (await otherClient.GetAsync("/v1/users/me")).StatusCode);
        using var refreshOwn = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, refreshOwn.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => _application.SignInAsync(person.Email, person.Password));
        await _application.SignInAsync(person.Email, NewPassword);
    }

    private static async Task<HttpResponseMessage> PatchAsync(HttpClient client, string ifMatch, object change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/v1/users/me") { Content = JsonContent.Create(change) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }
}
