using System.Net;
using System.Net.Http.Json;
using Platform.TestKit;
using UserService.TwoFactor;

namespace UserService.Tests;

public sealed class RedisOutageTests
{
    [Fact]
    public async Task Redis_KilledAndBack_EveryEndpointAnswers503ThenWorksAgain()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        var person = await application.NewPersonAsync();
        using var client = application.ClientOf(person.Tokens);

        await redis.KillAsync();
        foreach (var call in (Func<Task<HttpResponseMessage>>[])
        [
            () => client.GetAsync("/v1/users/me"),
            () => client.GetAsync("/v1/sessions"),
            () => client.DeleteAsync("/v1/sessions"),
            () => client.PostAsync("/v1/auth/logout", null),
            () => client.PostAsJsonAsync("/v1/users", new { email = UserServiceApplication.NewEmail(), password = "correct horse battery" }),
            () => client.PostAsJsonAsync("/v1/auth/login", new { email = person.Email, password = person.Password }),
            () => client.GetAsync("/v1/users/me/two-factor"),
            () => client.PostAsJsonAsync("/v1/users/me/two-factor", new { currentPassword = person.Password }),
            () => client.PostAsJsonAsync("/v1/auth/login/second-factor", new { ticket = SignInTicket.New(person.Id).Text, code = "123456" }),
            () => client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken }),
        ])
        {
            using var response = await call();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        // Keys are in memory: services can still get tokens, and everybody can check them.
        using var keys = await client.GetAsync("/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.OK, keys.StatusCode);
        using var token = await client.PostAsync("/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", "taskservice"), new("client_secret", "secret-of-taskservice")]));
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);

        await redis.RestartAsync();
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/v1/users/me")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(20), "the service is back");
        using var refresh = await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = person.Tokens.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, refresh.StatusCode);
    }

    [Fact]
    public async Task Start_WithoutRedis_ComesUpAndSeedsOnceRedisIsThere()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var application = new UserServiceApplication(redis.ConnectionString);
        using var client = application.CreateClient();
        using var alive = await client.GetAsync("/alive");
        using var keys = await client.GetAsync("/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, keys.StatusCode);

        await redis.RestartAsync();

        await application.SignInAdminAsync();
        Assert.DoesNotContain(UserServiceApplication.AdminPassword, application.Logs.Text, StringComparison.Ordinal);
    }
}
