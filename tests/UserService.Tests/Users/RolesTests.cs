using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.TestKit;
using StackExchange.Redis;
using UserService.Keys;
using UserService.Users;

namespace UserService.Tests.Users;

public sealed class RolesTests(ServiceFixture service)
{
    private static readonly string[] Administrator = ["admin"];
    private static readonly string[] Nobody = [];

    private readonly UserServiceApplication _application = service.Application;

    [Fact]
    public async Task ChangeRoles_ByAnAdministrator_ShowsInTheNextTokens()
    {
        var person = await _application.NewPersonAsync();
        using var root = _application.ClientOf(await _application.SignInAdminAsync());

        using var granted = await SetAsync(root, person.Id, Administrator);
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        Assert.NotNull(granted.Headers.ETag);
        Assert.Equal("admin", Assert.Single((await UserServiceApplication.ReadAsync(granted)).GetProperty("roles").EnumerateArray()).GetString());
        Assert.Equal(HttpStatusCode.OK, await ListAsSomebodyNewlySignedInAsync(person));

        var former = await _application.SignInAsync(person.Email, person.Password);
        using var taken = await SetAsync(root, person.Id, Nobody);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        using var formerly = _application.ClientOf(former);
        Assert.Equal(HttpStatusCode.Unauthorized, (await formerly.GetAsync("/v1/users")).StatusCode);
        Assert.Empty((await UserServiceApplication.ReadAsync(taken)).GetProperty("roles").EnumerateArray());
        Assert.Equal(HttpStatusCode.Forbidden, await ListAsSomebodyNewlySignedInAsync(person));
    }

    [Fact]
    public async Task ChangeRoles_ByAnybodyElse_IsRefused()
    {
        var person = await _application.NewPersonAsync();
        var other = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        using var anonymous = _application.CreateClient();

        foreach (var id in (string[])["me", person.Id, other.Id, "usr_00000000000000000000000000"])
        {
            using var response = await SetAsync(client, id, Administrator);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        using var unknown = await SetAsync(anonymous, person.Id, Administrator);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await ListAsSomebodyNewlySignedInAsync(person));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"roles":null}""")]
    [InlineData("""{"roles":["owner"]}""")]
    [InlineData("""{"roles":["admin","owner"]}""")]
    [InlineData("""{"roles":["Admin"]}""")]
    [InlineData("""{"roles":[null]}""")]
    public async Task ChangeRoles_ToWhatIsNoRole_IsRefusedAndChangesNothing(string body)
    {
        var person = await _application.NewPersonAsync();
        using var root = _application.ClientOf(await _application.SignInAdminAsync());

        using var response = await root.PutAsync($"/v1/users/{person.Id}/roles", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty("roles", out _));
        Assert.Empty((await root.GetFromJsonAsync<JsonElement>($"/v1/users/{person.Id}")).GetProperty("roles").EnumerateArray());
        using var absent = await SetAsync(root, "usr_00000000000000000000000000", Administrator);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    [Fact]
    public async Task ChangeRoles_WithETag_HoldsAgainstALostUpdate()
    {
        var person = await _application.NewPersonAsync();
        using var root = _application.ClientOf(await _application.SignInAdminAsync());
        using var read = await root.GetAsync($"/v1/users/{person.Id}");
        var tag = read.Headers.ETag!.ToString();

        using var first = await SetAsync(root, person.Id, Administrator, tag);
        using var stale = await SetAsync(root, person.Id, Nobody, tag);
        using var second = await SetAsync(root, person.Id, Nobody, first.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task LastAdministrator_StaysOneUntilThereIsAnother()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        using var root = application.ClientOf(await application.SignInAdminAsync());

        using var role = await SetAsync(root, "me", Nobody);
        using var account = await root.DeleteOwnAccountAsync(UserServiceApplication.AdminPassword);
        await AssertLastAdministratorAsync(role);
        await AssertLastAdministratorAsync(account);
        using var still = application.ClientOf(await application.SignInAdminAsync());
        Assert.Equal(HttpStatusCode.OK, (await still.GetAsync("/v1/users")).StatusCode);

        var person = await application.NewPersonAsync();
        using var another = await SetAsync(still, person.Id, Administrator);
        using var now = await SetAsync(still, "me", Nobody);
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        Assert.Equal(HttpStatusCode.OK, now.StatusCode);

        // Who is left is the last one now, and whoever lost the role may go.
        using var last = application.ClientOf(await application.SignInAsync(person.Email, person.Password));
        using var refused = await SetAsync(last, "me", Nobody);
        await AssertLastAdministratorAsync(refused);
        using var former = application.ClientOf(
            await application.SignInAsync(UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword));
        Assert.Equal(HttpStatusCode.NoContent, (await former.DeleteOwnAccountAsync(UserServiceApplication.AdminPassword)).StatusCode);
    }

    [Fact]
    public async Task TwoAdministrators_WhoTakeTheRoleFromEachOtherAtOnce_LeaveOne()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var first = application.ClientOf(await application.SignInAdminAsync());
        var rootId = (await first.GetFromJsonAsync<JsonElement>("/v1/users/me")).GetProperty("id").GetString()!;
        using var granted = await SetAsync(first, person.Id, Administrator);
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);

        for (var round = 0; round < 10; round++)
        {
            using var root = application.ClientOf(
                await application.SignInAsync(UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword));
            using var other = application.ClientOf(await application.SignInAsync(person.Email, person.Password));

            var answers = await Task.WhenAll(SetAsync(root, person.Id, Nobody), SetAsync(other, rootId, Nobody));

            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            await using var scope = application.Services.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<RedisUserStore>();
            var administrators = (await store.ListAsync(null, 10, TestContext.Current.CancellationToken)).Where(user => user.IsAdministrator);
            var left = Assert.Single(administrators);

            // Make it two again.
            using var survivor = application.ClientOf(left.Id == rootId
                ? await application.SignInAdminAsync()
                : await application.SignInAsync(person.Email, person.Password));
            using var again = await SetAsync(survivor, left.Id == rootId ? person.Id : rootId, Administrator);
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            Array.ForEach(answers, answer => answer.Dispose());
        }
    }

    [Fact]
    public async Task LastAdministrator_ListOfAdministratorsHoldsOthersThatAreNone_StaysOne()
    {
        await using var application = new UserServiceApplication(service.Redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var root = application.ClientOf(await application.SignInAdminAsync());
        await using var scope = application.Services.CreateAsyncScope();
        var list = scope.ServiceProvider.GetRequiredService<UserKeys>().Administrators;
        await Eventually.TrueAsync(
            async () => await service.Redis.GetDatabase().SetLengthAsync(list) == 1, TimeSpan.FromSeconds(20), "the first administrator is listed");

        // Such as crashes may leave: somebody who is none, and accounts that are gone.
        await service.Redis.GetDatabase().SetAddAsync(list, [person.Id, "usr_00000000000000000000000000"]);

        using var response = await SetAsync(root, "me", Nobody);

        await AssertLastAdministratorAsync(response);
        RedisValue only = Assert.Single(await service.Redis.GetDatabase().SetMembersAsync(list));
        Assert.NotEqual(person.Id, (string)only!);
    }

    [Fact]
    public async Task List_ByEmail_FindsExactlyThatAccount()
    {
        var email = $"ada+tag.{Guid.NewGuid():n}@example.com";
        var id = (await _application.RegisterAsync(email, "correct horse battery")).GetProperty("id").GetString();
        using var root = _application.ClientOf(await _application.SignInAdminAsync());

        foreach (var same in (string[])[email, email.ToUpperInvariant(), $" {email} "])
        {
            var found = await FindAsync(root, same);
            Assert.Equal(id, Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
            Assert.Equal(JsonValueKind.Null, found.GetProperty("nextCursor").ValueKind);
        }

        foreach (var other in (string[])[email[..^1], $"x{email}", "ada", "*", "", UserServiceApplication.NewEmail()])
        {
            Assert.Empty((await FindAsync(root, other)).GetProperty("items").EnumerateArray());
        }

        var person = await _application.NewPersonAsync();
        using var client = _application.ClientOf(person.Tokens);
        using var refused = await client.GetAsync($"/v1/users?email={Uri.EscapeDataString(person.Email)}");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.DoesNotContain(email, _application.Logs.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<JsonElement> FindAsync(HttpClient client, string email) =>
        await client.GetFromJsonAsync<JsonElement>($"/v1/users?email={Uri.EscapeDataString(email)}");

    private static async Task<HttpResponseMessage> SetAsync(HttpClient client, string id, string[] roles, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/users/{id}/roles") { Content = JsonContent.Create(new { roles }) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await client.SendAsync(request);
    }

    private static async Task AssertLastAdministratorAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("last_administrator", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    private async Task<HttpStatusCode> ListAsSomebodyNewlySignedInAsync(SignedIn person)
    {
        using var client = _application.ClientOf(await _application.SignInAsync(person.Email, person.Password));
        using var response = await client.GetAsync("/v1/users?limit=1");
        return response.StatusCode;
    }
}
