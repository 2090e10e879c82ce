using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.TestKit;

namespace Services.Cluster.Tests;

public sealed class MainJobTests(ClusteredPlatform platform)
{
    private static readonly TimeSpan LongestJob = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task MainJob_OnACluster_LosesAndDoublesNoneAndEveryScriptStaysInOneSlot()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        for (var i = 0; i < 3; i++)
        {
            // Several people: their keys are on every node.
            var ada = await platform.SignInAsync(cancellationToken);
            using var records = new ByteArrayContent(Records.Ndjson(300)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };

            var taskId = await ada.SubmitAsync(records, cancellationToken);
            var task = await ada.WaitForEndAsync(taskId, LongestJob, cancellationToken);

            Assert.Equal("succeeded", task.GetProperty("status").GetString());
            Assert.Equal(Enumerable.Range(0, 300), Records.Numbers(await ada.ResultAsync(taskId, cancellationToken)));
            await Eventually.TrueAsync(
                async () => await ada.CountNotificationsAsync(taskId, cancellationToken) == 1, TimeSpan.FromSeconds(10), "the submitter is told once");
            await UseTheRestAsync(ada, cancellationToken);
        }

        foreach (var node in platform.Cluster.Nodes)
        {
            Assert.DoesNotContain("CROSSSLOT", await node.CommandAsync("INFO", "errorstats"), StringComparison.Ordinal);
            Assert.NotEqual("0", await node.CommandAsync("DBSIZE"));
        }
    }

    [Theory]
    [InlineData("userservice")]
    [InlineData("taskservice")]
    [InlineData("notificationservice")]
    [InlineData("privacyservice")]
    public async Task Health_OnACluster_IsHealthy(string service)
    {
        using var client = platform.ClientOf(service);
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK,
            TimeSpan.FromSeconds(10), "it is healthy");
    }

    private static async Task UseTheRestAsync(Person person, CancellationToken cancellationToken)
    {
        using var notifications = person.ClientOf("notificationservice");
        await ExpectAsync(notifications.PostAsync("/v1/notifications/read-all", null, cancellationToken));
        await ExpectAsync(notifications.GetAsync("/v1/notifications/counts", cancellationToken));

        using var privacy = person.ClientOf("privacyservice");
        var body = new { document = new { name = "Ada Lovelace", mail = person.Email }, fields = (string[])["name", "mail"] };
        var pseudonymised = await ExpectAsync(privacy.PostAsJsonAsync("/v1/pseudonymize", body, cancellationToken));
        Assert.DoesNotContain(person.Email, pseudonymised, StringComparison.Ordinal);
        var back = await ExpectAsync(privacy.PostAsJsonAsync(
            "/v1/repersonalize", new { document = JsonDocument.Parse(pseudonymised).RootElement.GetProperty("document") }, cancellationToken));
        Assert.Contains(person.Email, back, StringComparison.Ordinal);

        using var users = person.ClientOf("userservice");
        var again = await ExpectAsync(users.PostAsJsonAsync("/v1/auth/login", new { email = person.Email, password = person.Password }, cancellationToken));
        var refreshToken = JsonDocument.Parse(again).RootElement.GetProperty("refreshToken").GetString();
        await ExpectAsync(users.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken }, cancellationToken));
        await ExpectAsync(users.GetAsync("/v1/sessions", cancellationToken));
        await ExpectAsync(users.DeleteAsync("/v1/sessions", cancellationToken));
        await ExpectAsync(users.PatchAsJsonAsync(
            "/v1/users/me", new { userName = $"c-{Guid.NewGuid():n}", email = "other." + person.Email, currentPassword = person.Password }, cancellationToken));
        var newPassword = person.Password + " changed";
        await ExpectAsync(users.PutAsJsonAsync("/v1/users/me/password", new { currentPassword = person.Password, newPassword }, cancellationToken));
        await ExpectAsync(users.PostAsync("/v1/auth/logout", null, cancellationToken));
    }

    private static async Task<string> ExpectAsync(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.RequestUri!.AbsolutePath} {(int)response.StatusCode} {text}");
        return text;
    }
}
