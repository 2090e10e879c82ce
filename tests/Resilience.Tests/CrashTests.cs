using System.Net.Http.Headers;
using System.Text.Json;
using Platform.TestKit;

namespace Resilience.Tests;

/// <summary>
/// One platform bears all these crashes, one after the other, but for the test that needs another worker: what an earlier one left broken
/// would fail a later one.
/// </summary>
public sealed class CrashTests(CrashTests.Platform crashing) : IClassFixture<CrashTests.Platform>
{
    private const int RecordCount = 20_000;
    private static readonly TimeSpan LongestJob = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Redis_KilledDuringAJob_IsRestartedAndNothingIsLost()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var platform = crashing.Running;
        var services = DisposablePlatform.Services.SelectMany(platform.ProcessIds).ToArray();
        var (ada, taskId) = await StartJobAsync(platform, cancellationToken);

        var redis = Assert.Single(platform.ProcessIds("redis"));
        RunningProcess.Kill(redis);
        await platform.WaitForRestartAsync("redis", redis, cancellationToken);

        await AssertCompleteAsync(ada, taskId, cancellationToken);
        Assert.All(services, processId => Assert.True(RunningProcess.IsAlive(processId)));
    }

    [Theory]
    [InlineData("taskservice")]
    [InlineData("privacyservice")]
    [InlineData("notificationservice")]
    [InlineData("userservice")]
    public async Task Service_KilledDuringAJob_IsRestartedAndTheJobCompletes(string service)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var platform = crashing.Running;
        var (ada, taskId) = await StartJobAsync(platform, cancellationToken);

        var killed = Assert.Single(platform.ProcessIds(service));
        RunningProcess.Kill(killed);
        await platform.WaitForRestartAsync(service, killed, cancellationToken);

        await AssertCompleteAsync(ada, taskId, cancellationToken);
    }

    [Fact]
    public async Task Worker_OneOfTwoKilled_TheOtherFinishesItsWork()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var platform = await DisposablePlatform.StartAsync("--Replicas:taskservice=2");
        var jobs = new List<(Person Ada, string TaskId)>();
        for (var i = 0; i < 4; i++)
        {
            jobs.Add(await StartJobAsync(platform, cancellationToken, waitForProgress: i == 3));
        }

        RunningProcess.Kill(platform.ProcessIds("taskservice")[0]);

        foreach (var (ada, taskId) in jobs)
        {
            await AssertCompleteAsync(ada, taskId, cancellationToken);
        }
    }

    private static async Task<(Person Ada, string TaskId)> StartJobAsync(
        DisposablePlatform platform, CancellationToken cancellationToken, bool waitForProgress = true)
    {
        var ada = await platform.SignInAsync(cancellationToken);
        using var records = new ByteArrayContent(Records.Ndjson(RecordCount)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        var taskId = await ada.SubmitAsync(records, cancellationToken);
        if (waitForProgress)
        {
            using var tasks = ada.ClientOf("taskservice");
            await Eventually.TrueAsync(
                async () => JsonDocument.Parse(await tasks.GetStringAsync($"/v1/tasks/{taskId}", cancellationToken)).RootElement
                    .GetProperty("progress").GetProperty("done").GetInt32() > 0,
                TimeSpan.FromSeconds(30),
                "the job has begun");
        }

        return (ada, taskId);
    }

    private static async Task AssertCompleteAsync(Person ada, string taskId, CancellationToken cancellationToken)
    {
        var task = await ada.WaitForEndAsync(taskId, LongestJob, cancellationToken);
        Assert.Equal("succeeded", task.GetProperty("status").GetString());
        Assert.Equal(RecordCount, task.GetProperty("outcome").GetProperty("records").GetInt32());
        Assert.Equal(Enumerable.Range(0, RecordCount), Records.Numbers(await ada.ResultAsync(taskId, cancellationToken)));
        await Eventually.TrueAsync(
            async () => await ada.CountNotificationsAsync(taskId, cancellationToken) == 1, TimeSpan.FromSeconds(30), "the submitter is told once");
    }

    public sealed class Platform : SharedPlatform
    {
        private protected override Task<DisposablePlatform> StartAsync() => DisposablePlatform.StartAsync();
    }
}
