using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Aspire.Hosting.Testing;
using Platform.TestKit;

namespace AppHost.Tests;

public class SecurityTests(RunningPlatform platform)
{
    public static TheoryData<string, string> ProtectedRoutes => new()
    {
        { "userservice", "/v1/users/me" },
        { "taskservice", "/v1/tasks" },
        { "notificationservice", "/v1/notifications" },
        { "privacyservice", "/v1/pseudonyms/psn_0" },
    };

    [Theory]
    [MemberData(nameof(ProtectedRoutes))]
    public async Task ProtectedRoute_BadToken_IsRefusedWithAChallenge(string service, string path)
    {
        using var client = platform.ClientOf(service);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSJ9.");

        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("userservice")]
    [InlineData("taskservice")]
    [InlineData("notificationservice")]
    [InlineData("privacyservice")]
    public async Task DefaultEndpoints_OfEveryService_Answer(string service)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var client = platform.ClientOf(service);

        foreach (var path in (string[])["/alive", "/health", "/health/redis", "/health/detailed", "/openapi/v1.json", "/swagger/index.html"])
        {
            using var response = await client.GetAsync(path, cancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{service}{path} answered {response.StatusCode}");
        }

        // The server that the AppHost starts is set up as state needs it.
        Assert.Contains("\"status\":\"healthy\"", await client.GetStringAsync("/health/redis", cancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_OfAWholeRun_HoldNothingSecretOrPersonal()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = new ByteArrayContent(Records.Ndjson(200)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        var taskId = await ada.SubmitAsync(records, cancellationToken);
        await ada.WaitForEndAsync(taskId, TimeSpan.FromSeconds(60), cancellationToken);
        using (var users = platform.ClientOf("userservice"))
        {
            await users.PostAsJsonAsync("/v1/auth/login", new { email = ada.Email, password = "wrong " + ada.Password }, cancellationToken);
        }

        var logs = await platform.LogsAsync();

        var redisPassword = (await platform.App.GetConnectionStringAsync("redis", cancellationToken))!
            .Split(',').Single(part => part.StartsWith("password=", StringComparison.Ordinal))["password=".Length..];
        Assert.Contains("taskservice", logs, StringComparison.Ordinal);
        foreach (var secret in (string[])[ada.Email, ada.Password, ada.AccessToken, redisPassword, "battery staple admin", "person7@example.com", "eyJ", "rt_"])
        {
            Assert.DoesNotContain(secret, logs, StringComparison.Ordinal);
        }
    }
}
