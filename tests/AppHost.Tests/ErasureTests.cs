using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using Platform.TestKit;

namespace AppHost.Tests;

public partial class ErasureTests(RunningPlatform platform)
{
    private const int RecordCount = 200;

    [Fact]
    public async Task Erase_AfterTheMainJob_LeavesNothingInAnyDatabase()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        var bob = await platform.SignInAsync(cancellationToken);
        var (adasTask, adasResult) = await RunJobAsync(ada, cancellationToken);
        var (bobsTask, _) = await RunJobAsync(bob, cancellationToken);
        Assert.Contains(ada.Id, await DumpAsync(cancellationToken), StringComparison.Ordinal);

        var receipt = await EraseAsync(ada, cancellationToken);

        Assert.Equal("done", receipt.GetProperty("state").GetString());
        Assert.Equal(1, CountOf(receipt, "userservice", "accounts"));
        Assert.Equal(1, CountOf(receipt, "taskservice", "tasks"));
        Assert.Equal(1, CountOf(receipt, "taskservice", "results"));
        Assert.Equal(1, CountOf(receipt, "privacyservice", "subject-keys"));
        Assert.InRange(CountOf(receipt, "notificationservice", "notifications"), 1, 10);
        var dump = await DumpAsync(cancellationToken);
        foreach (var trace in (string[])[ada.Email, ada.Email.Split('@')[0], adasTask, "person7@example.com", FirstPseudonym().Match(adasResult).Value])
        {
            Assert.DoesNotContain(trace, dump, StringComparison.OrdinalIgnoreCase);
        }

        AssertOnlyAsFact(ada.Id, dump);
        Assert.Equal(RecordCount, Records.Numbers(await bob.ResultAsync(bobsTask, cancellationToken)).Count());
        Assert.Equal(1, await bob.CountNotificationsAsync(bobsTask, cancellationToken));
    }

    [Fact]
    public async Task Erase_WhileAJobRuns_StopsItAndNothingComesAfter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = Content(20_000);
        var taskId = await ada.SubmitAsync(records, cancellationToken);

        await EraseAsync(ada, cancellationToken);

        await Eventually.TrueAsync(
            async () => !(await DumpAsync(cancellationToken)).Contains(taskId, StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the task is forgotten");
        AssertOnlyAsFact(ada.Id, await DumpAsync(cancellationToken));
    }

    [GeneratedRegex("psn_[0-9a-z]+")]
    private static partial Regex FirstPseudonym();

    /// <summary>The id leads nowhere: it is a fact of the audit trail, and the name of the empty mark that has later messages refused.</summary>
    private static void AssertOnlyAsFact(string userId, string dump) => Assert.All(
        dump.Split('\n').Where(line => line.Contains(userId, StringComparison.Ordinal)),
        line => Assert.Contains(line, (string[])[userId, $"notification:erased:v1:{{{userId}}}", $"user:erased:v1:{{{userId}}}"]));

    private static ByteArrayContent Content(int records) =>
        new(Records.Ndjson(records)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };

    private static long CountOf(JsonElement receipt, string service, string kind) =>
        receipt.GetProperty("services").EnumerateArray().Single(one => one.GetProperty("service").GetString() == service)
            .GetProperty("items").EnumerateArray().Single(items => items.GetProperty("kind").GetString() == kind).GetProperty("count").GetInt64();

    private static async Task<(string TaskId, string Result)> RunJobAsync(Person person, CancellationToken cancellationToken)
    {
        using var records = Content(RecordCount);
        var taskId = await person.SubmitAsync(records, cancellationToken);
        await person.WaitForEndAsync(taskId, TimeSpan.FromSeconds(60), cancellationToken);
        await Eventually.TrueAsync(
            async () => await person.CountNotificationsAsync(taskId, cancellationToken) == 1, TimeSpan.FromSeconds(10), "the submitter is told");
        return (taskId, await person.ResultAsync(taskId, cancellationToken));
    }

    private static async Task<JsonElement> EraseAsync(Person person, CancellationToken cancellationToken)
    {
        using var users = person.ClientOf("userservice");
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/users/me/data") { Content = JsonContent.Create(new { currentPassword = person.Password }) };
        using var response = await users.SendAsync(request, cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        var receipt = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    receipt = await users.GetFromJsonAsync<JsonElement>(response.Headers.Location, cancellationToken);
                    return receipt.GetProperty("state").GetString() == "done";
                },
                TimeSpan.FromSeconds(30), "the erasure is done");
        }

        return receipt;
    }

    private async Task<string> DumpAsync(CancellationToken cancellationToken) =>
        await RedisDump.ReadAllAsync((await platform.App.GetConnectionStringAsync("redis", cancellationToken))!, [0, 1, 2, 3]);
}
