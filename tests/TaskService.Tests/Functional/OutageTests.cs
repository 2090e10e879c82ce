using System.Diagnostics;
using System.Net;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class OutageTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Redis_KilledInTheMiddle_TheTaskCompletesWithEachRecordOnce()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        var chunks = 0;
        var reached = new TaskCompletionSource();
        platform.Fakes.OnPseudonymize = async cancellationToken =>
        {
            if (Interlocked.Increment(ref chunks) == 8)
            {
                reached.SetResult();
            }

            await Task.Delay(30, cancellationToken);
            return 200;
        };
        using var ada = platform.StartApp().ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(5000), "application/x-ndjson"));
        await reached.Task.WaitAsync(Longest);

        await platform.Server!.KillAsync();
        using (var refused = await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{}")))
        {
            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "redis_unavailable");
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }

        await platform.Server.RestartAsync();
        await Eventually.TrueAsync(async () => (await ada.TaskAsync(id)).Status() == "succeeded", Longest, "the task completes");

        Assert.Equal(Enumerable.Range(0, 5000), Records.Numbers(await ada.ResultAsync(id)));
        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey(id), Longest, "the owner is told");
        var task = await ada.TaskAsync(id);
        Assert.Equal(5000, task.GetProperty("outcome").GetProperty("records").GetInt32());

        // The connection says once that it is gone and once that it is back; nobody else repeats it.
        Assert.True(platform.Log.Lines.Count(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning) < 30);
    }

    [Fact]
    public async Task Redis_AwayAtTheStart_TheServiceStartsAndWorksWhenItComes()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        await platform.Server!.KillAsync();
        using var ada = platform.StartApp().ClientOf("usr_ada");
        await (await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{}"))).ProblemAsync(HttpStatusCode.ServiceUnavailable, "redis_unavailable");

        await platform.Server.RestartAsync();
        string? id = null;
        await Eventually.TrueAsync(
            async () =>
            {
                id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
                return true;
            },
            Longest, "tasks are accepted");

        await ada.WaitForAsync(id!, "succeeded");
    }

    [Fact]
    public async Task Redis_Hangs_ASubmitWaitsForOneTimeOutOnly()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        using var ada = platform.StartApp(withWorker: false, null, ("Redis:OperationTimeout", "00:00:02")).ClientOf("usr_ada");
        await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        platform.Server!.Pause();
        try
        {
            var watch = Stopwatch.StartNew();
            using var refused = await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{}"));

            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "redis_unavailable");
            Assert.InRange(watch.Elapsed.TotalSeconds, 1.5, 3.5);
        }
        finally
        {
            platform.Server.Resume();
        }
    }

    [Fact]
    public async Task Redis_Full_RefusesSubmitsAndStillDrainsTheQueue()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        var release = new TaskCompletionSource();
        platform.Fakes.OnPseudonymize = async cancellationToken =>
        {
            await release.Task.WaitAsync(cancellationToken);
            return 200;
        };
        using var ada = platform.StartApp().ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(1000), "application/x-ndjson"));
        using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(platform.ConnectionString + ",allowAdmin=true");
        await redis.GetServers()[0].ConfigSetAsync("maxmemory", "1mb");

        await (await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("{}"))).ProblemAsync(HttpStatusCode.ServiceUnavailable, "redis_unavailable");
        release.SetResult();
        await ada.WaitForAsync(id, "succeeded");

        Assert.Equal(Enumerable.Range(0, 1000), Records.Numbers(await ada.ResultAsync(id)));
        await redis.GetServers()[0].ConfigSetAsync("maxmemory", "512mb");
        await ada.WaitForAsync(await ada.SubmitAsync(TaskCalls.NdJson("{}")), "succeeded");
    }

    [Fact]
    public async Task PrivacyService_AwayForAWhile_TheSameAttemptGoesOn()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var calls = 0;
        platform.Fakes.OnPseudonymize = _ => Task.FromResult(Interlocked.Increment(ref calls) is > 3 and < 8 ? 503 : 200);
        using var ada = platform.StartApp().ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(1000), "application/x-ndjson"));
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.True(calls >= 8);
        Assert.Equal(1, task.GetProperty("attempt").GetInt32());
        Assert.Equal(Enumerable.Range(0, 1000), Records.Numbers(await ada.ResultAsync(id)));
    }

    [Fact]
    public async Task PrivacyService_AwayForLong_AnotherAttemptGoesOnWhereTheFirstStopped()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var isAway = false;
        var calls = 0;
        platform.Fakes.OnPseudonymize = _ => Task.FromResult(Volatile.Read(ref isAway) ? 503 : Interlocked.Increment(ref calls) > 0 ? 200 : 0);
        using var ada = platform.StartApp(settings: ("Tasks:DependencyPatience", "00:00:00.1")).ClientOf("usr_ada");
        isAway = true;
        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(1000), "application/x-ndjson"));
        await Eventually.TrueAsync(
            async () => (await ada.TaskAsync(id)).GetProperty("error") is { ValueKind: System.Text.Json.JsonValueKind.Object } error
                && error.GetProperty("code").GetString() == "privacy_unavailable",
            Longest, "the attempt is given back");

        Volatile.Write(ref isAway, false);
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.True(task.GetProperty("attempt").GetInt32() > 1);
        Assert.Equal(Enumerable.Range(0, 1000), Records.Numbers(await ada.ResultAsync(id)));
    }

    [Fact]
    public async Task NotificationService_Away_TheOwnerIsToldLaterAndOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var calls = 0;
        platform.Fakes.OnNotify = () => Interlocked.Increment(ref calls) < 4 ? 503 : 201;
        using var ada = platform.StartApp().ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));

        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey(id), Longest, "the owner is told");
        await Eventually.TrueAsync(
            async () => await platform.Database.StreamLengthAsync(platform.Key("outbox:v1:{default}")) == 0, Longest, "the outbox is empty");
        Assert.True(calls >= 4);
    }

    [Fact]
    public async Task NotificationService_RefusesAMessage_ItIsDroppedWithItsReason()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        platform.Fakes.OnNotify = () => 400;
        using var ada = platform.StartApp().ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        await ada.WaitForAsync(id, "succeeded");

        await Eventually.TrueAsync(
            () => platform.Log.Lines.Any(line => line.Text.Contains($"notification about task {id} was refused with 400", StringComparison.Ordinal)),
            Longest, "the refusal is logged");
        await Eventually.TrueAsync(
            async () => await platform.Database.StreamLengthAsync(platform.Key("outbox:v1:{default}")) == 0, Longest, "the outbox is empty");
        Assert.Equal(1, platform.Fakes.NotificationCalls);
    }
}
