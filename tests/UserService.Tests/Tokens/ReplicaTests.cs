using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.TestKit;
using StackExchange.Redis;

namespace UserService.Tests.Tokens;

public sealed class ReplicaTests(ServiceFixture service)
{
    [Fact]
    public async Task Replicas_StartedTogether_ShareKeysAccountsAndAdministrator()
    {
        var prefix = RedisFixture.NewPrefix("users");
        await using var first = new UserServiceApplication(service.Redis.ConnectionString, prefix);
        await using var second = new UserServiceApplication(service.Redis.ConnectionString, prefix);

        var keySets = await Task.WhenAll(KeySetAsync(first), KeySetAsync(second));
        var person = await first.NewPersonAsync();
        using var client = second.ClientOf(person.Tokens);
        var admin = await second.SignInAdminAsync();

        Assert.Equal(keySets[0], keySets[1]);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
        using var adminClient = first.ClientOf(admin);
        var users = await adminClient.GetFromJsonAsync<JsonElement>("/v1/users");
        Assert.Single(users.GetProperty("items").EnumerateArray(), user => user.GetProperty("email").GetString() == UserServiceApplication.AdminEmail);
    }

    [Fact]
    public async Task Restart_KeepsAccountsSessionsAndKeys()
    {
        var prefix = RedisFixture.NewPrefix("users");
        SignedIn person;
        string keySet;
        await using (var before = new UserServiceApplication(service.Redis.ConnectionString, prefix))
        {
            person = await before.NewPersonAsync();
            keySet = await KeySetAsync(before);
        }

        await using var after = new UserServiceApplication(service.Redis.ConnectionString, prefix);

        Assert.Equal(keySet, await KeySetAsync(after));
        using var client = after.ClientOf(person.Tokens);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, refresh.StatusCode);
        await after.SignInAsync(person.Email, person.Password);
    }

    [Fact]
    public async Task Start_WithAnotherSealingKey_RefusesToSplitThePlatform()
    {
        var prefix = RedisFixture.NewPrefix("users");
        await using var right = new UserServiceApplication(service.Redis.ConnectionString, prefix);
        var keySet = await KeySetAsync(right);
        await using var wrong = new UserServiceApplication(
            service.Redis.ConnectionString, prefix, new() { ["Sealing:Key"] = "another-sealing-key-of-nobody" });

        using var client = wrong.CreateClient();
        using var response = await client.GetAsync("/.well-known/jwks.json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(keySet, await KeySetAsync(right));
    }

    [Fact]
    public async Task Start_DamagedDataInRedis_KeepsTheServiceRunning()
    {
        var prefix = RedisFixture.NewPrefix("users");
        RedisKey damaged = prefix + "user:signing-keys:v1:{es256}";
        await service.Redis.GetDatabase().StringSetAsync(damaged, "not a hash", TimeSpan.FromMinutes(1));
        await using var application = new UserServiceApplication(service.Redis.ConnectionString, prefix);
        using var client = application.CreateClient();

        await Eventually.TrueAsync(
            () => application.Logs.Text.Contains("The key ring in Redis could not be read", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10),
            "the damage is reported");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive")).StatusCode);
        Assert.False(application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await service.Redis.GetDatabase().KeyDeleteAsync(damaged);
    }

    private static async Task<string> KeySetAsync(UserServiceApplication application)
    {
        using var client = application.CreateClient();
        return await client.GetStringAsync("/.well-known/jwks.json");
    }
}
