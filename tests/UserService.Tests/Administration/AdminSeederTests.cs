using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace UserService.Tests.Administration;

/// <summary>The first administrator is made once in the life of a database, and nobody becomes one by an address.</summary>
public sealed class AdminSeederTests(ServiceFixture service)
{
    [Fact]
    public async Task Restart_AfterTheRoleWasTakenAway_DoesNotGiveItBack_NorToWhoeverHasTheAddressNow()
    {
        var prefix = RedisFixture.NewPrefix("users");
        await using (var first = new UserServiceApplication(service.Redis.ConnectionString, prefix))
        {
            var root = await first.SignInAdminAsync();
            using var admin = first.ClientOf(root);
            var bob = await first.NewPersonAsync();
            using var granted = await admin.PutAsJsonAsync($"/v1/users/{bob.Id}/roles", new { roles = new[] { "admin" } });
            Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
            using var moved = await admin.PatchAsJsonAsync(
                "/v1/users/me", new { email = UserServiceApplication.NewEmail(), currentPassword = UserServiceApplication.AdminPassword });
            Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
            await first.RegisterAsync(UserServiceApplication.AdminEmail, UserServiceApplication.AdminPassword);
        }

        await using var second = new UserServiceApplication(service.Redis.ConnectionString, prefix);
        await second.ReadyAsync();
        var taker = await second.SignInAdminAsync();
        using var client = second.ClientOf(taker);

        Assert.Empty((await client.GetFromJsonAsync<JsonElement>("/v1/users/me")).GetProperty("roles").EnumerateArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/v1/audit")).StatusCode);
    }
}
