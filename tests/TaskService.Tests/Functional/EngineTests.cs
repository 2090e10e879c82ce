using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.TestKit;
using StackExchange.Redis;
using TaskService.Inputs;
using TaskService.Results;
using TaskService.Tasks;

namespace TaskService.Tests.Functional;

public sealed class EngineTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Run_Succeeds_KeepsOutcomeAndProgress()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Run = async (payload, context, cancellationToken) =>
            {
                await context.ReportProgressAsync(1, 2, "half", cancellationToken);
                return TaskOutcome.Of(new { doubled = payload.Number * 2 });
            },
        };
        using var ada = platform.StartApp(services: work.AddTo).ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TestWork.Type, new { number = 21 });
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.Equal(42, task.GetProperty("outcome").GetProperty("doubled").GetInt32());
        Assert.Equal("half", task.GetProperty("progress").GetProperty("message").GetString());
        Assert.Equal(100, task.GetProperty("progress").GetProperty("percent").GetDouble());
        Assert.Equal(1, task.GetProperty("progress").GetProperty("done").GetInt64());
        Assert.Equal(JsonValueKind.Null, task.GetProperty("resultLength").ValueKind);
    }

    [Fact]
    public async Task Run_FailsAndThenSucceeds_IsTriedAgainWithBackOff()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var starts = new List<long>();
        var work = new TestWork
        {
            Run = (_, context, _) =>
            {
                starts.Add(Stopwatch.GetTimestamp());
                return context.Attempt < 3 ? throw new InvalidOperationException("secret") : Task.FromResult(TaskOutcome.None);
            },
        };
        using var ada = platform.StartApp(services: work.AddTo, settings: ("Tasks:RetryBaseDelay", "00:00:00.2")).ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TestWork.Type, new { });
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.Equal(3, task.GetProperty("attempt").GetInt32());
        Assert.Equal(JsonValueKind.Null, task.GetProperty("error").ValueKind);
        Assert.Equal("handler_error", task.GetProperty("attempts")[1].GetProperty("error").GetProperty("code").GetString());
        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey(id), Longest, "the owner is told");
        var told = platform.Fakes.Notifications[id];
        Assert.Equal("task.completed", told.Category);
        Assert.False(told.Data!.Value.TryGetProperty("errorCode", out var code) && code.ValueKind != JsonValueKind.Null, told.Data.ToString());
        Assert.InRange(Stopwatch.GetElapsedTime(starts[0], starts[1]).TotalSeconds, 0.15, 20);
        Assert.InRange(Stopwatch.GetElapsedTime(starts[1], starts[2]).TotalSeconds, 0.3, 20);
    }

    [Fact]
    public async Task Run_FailsEachTime_IsDeadAfterTheLastAttempt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Run = (_, _, _) => throw new TaskRetryException("too_busy", "It was too busy.", TimeSpan.FromMilliseconds(10)) };
        using var ada = platform.StartApp(services: work.AddTo, settings: ("Tasks:MaxAttempts", "3")).ClientOf("usr_ada");

        var id = await ada.SubmitAsync(TestWork.Type, new { });
        var task = await ada.WaitForAsync(id, "dead");

        Assert.Equal(3, work.Ledger.Count);
        Assert.Equal("attempts_exhausted", task.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("It was too busy.", task.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.NotNull(await platform.Database.SortedSetScoreAsync(platform.Key("dead:v1:{default}"), id));
        await Eventually.TrueAsync(() => platform.Fakes.Notifications.TryGetValue(id, out var told) && told.Category == "task.failed", Longest, "the owner is told");
    }

    [Fact]
    public async Task Run_FailsForGood_IsNotTriedAgain()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Run = (_, _, _) => throw new TaskFailedException("no_use", "It is of no use.") };
        using var ada = platform.StartApp(services: work.AddTo).ClientOf("usr_ada");

        var task = await ada.WaitForAsync(await ada.SubmitAsync(TestWork.Type, new { }), "failed");

        Assert.Equal("no_use", task.GetProperty("error").GetProperty("code").GetString());
        Assert.Single(work.Ledger);
    }

    [Fact]
    public async Task Run_UnknownTypeOrPayloadOrEntry_IsDeadAtOnceAndTheQueueMovesOn()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false, services: new TestWork().AddTo).ClientOf("usr_ada");
        var unknown = await ada.SubmitAsync(TestWork.Type, new { });
        var undecodable = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        await platform.Database.HashSetAsync(platform.Key($"item:v1:{{default}}:{undecodable}"), "payload", "not json");
        var broken = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        await platform.Database.HashDeleteAsync(platform.Key($"item:v1:{{default}}:{broken}"), "type");
        var wrongType = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        await platform.Database.KeyDeleteAsync(platform.Key($"item:v1:{{default}}:{wrongType}"));
        await platform.Database.StringSetAsync(platform.Key($"item:v1:{{default}}:{wrongType}"), "not a hash", TimeSpan.FromMinutes(5));
        await platform.Database.StreamAddAsync(platform.Key("queue:v1:{default}:default.normal"), "nonsense", "x");
        var good = await ada.SubmitAsync(TaskCalls.NdJson("{}"));

        platform.StartApp();

        await ada.WaitForAsync(good, "succeeded");
        var dead = await ada.WaitForAsync(unknown, "dead");
        Assert.Equal("unknown_type", dead.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("pseudonymize-records", dead.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("undecodable_payload", (await ada.WaitForAsync(undecodable, "dead")).GetProperty("error").GetProperty("code").GetString());
        foreach (var id in new[] { unknown, undecodable, broken, wrongType })
        {
            await Eventually.TrueAsync(
                async () => await platform.Database.SortedSetScoreAsync(platform.Key("dead:v1:{default}"), id) is not null, Longest, "it is among the dead letters");
        }

        await Eventually.TrueAsync(
            async () => await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")) == 0, Longest, "the queue is empty");
    }

    [Fact]
    public async Task Run_TwoReplicas_ShareTheWorkAndDoEachOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        TestWork[] works = [new(), new()];
        foreach (var work in works)
        {
            work.Run = async (_, _, cancellationToken) =>
            {
                await Task.Delay(5, cancellationToken);
                return TaskOutcome.None;
            };
        }

        using var ada = platform.StartApp(services: works[0].AddTo, settings: ("Tasks:Concurrency", "4")).ClientOf("usr_ada");
        platform.StartApp(services: works[1].AddTo, settings: ("Tasks:Concurrency", "4"));

        var ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => ada.SubmitAsync(TestWork.Type, new { number = i })));
        foreach (var id in ids)
        {
            await ada.WaitForAsync(id, "succeeded");
        }

        Assert.Equal(Enumerable.Range(0, 200), works.SelectMany(work => work.Ledger).Select(done => done.Number).Order());
        Assert.All(works, work => Assert.NotEmpty(work.Ledger));
        Assert.Equal(0, (await platform.Database.StreamPendingAsync(platform.Key("queue:v1:{default}:default.normal"), "workers")).PendingMessageCount);
    }

    [Fact]
    public async Task Run_WorkerGoneInTheMiddle_IsTakenOverWithEachRecordOnceAndTheDeadNotHeard()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var dead = platform.StartApp(withWorker: false);
        using var ada = dead.ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.Content(Records.Ndjson(1000), "application/x-ndjson"));

        // A worker that took the task, wrote the first chunk, and gave no sign any more.
        var entry = Assert.Single(await dead.Get<TaskQueue>().TakeAsync(10, CancellationToken.None));
        var deliveries = dead.Get<TaskDeliveries>();
        var delivery = (await deliveries.StartAsync(entry, "holder", CancellationToken.None))!;
        var first = Records.Ndjson(100);
        var chunk = dead.Get<ChunkSealer>().Seal(id, ChunkKind.Result, 0, first, 0);
        var outcome = TaskOutcome.Of(new { records = 100, replaced = 0, rejected = 0, errors = Array.Empty<object>() });
        Assert.Equal(Hold.Held, await AppendAsync(0));
        Assert.Equal(Hold.Held, await AppendAsync(0));
        Assert.Equal(Hold.OutOfStep, await AppendAsync(5));
        Assert.Equal(Hold.Held, await deliveries.RenewAsync(delivery, CancellationToken.None));

        var started = Stopwatch.GetTimestamp();
        platform.StartApp();
        var task = await ada.WaitForAsync(id, "succeeded");

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.5, 30);
        Assert.Equal(2, task.GetProperty("attempt").GetInt32());
        Assert.Equal(1000, task.GetProperty("outcome").GetProperty("records").GetInt32());
        Assert.Equal(900, task.GetProperty("outcome").GetProperty("replaced").GetInt32());
        Assert.Equal(Enumerable.Range(0, 1000), Records.Numbers(await ada.ResultAsync(id)));

        // The dead one wakes.
        Assert.Equal(Hold.Lost, await AppendAsync(1));
        Assert.Equal(Hold.Lost, await deliveries.RenewAsync(delivery, CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.ReportAsync(delivery, new TaskProgress(1, 2, null), CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.FinishAsync(delivery, TaskState.Failed, default, null, null, CancellationToken.None));
        Assert.Equal(Hold.Lost, await deliveries.RequeueAsync(delivery, TimeSpan.Zero, true, null, CancellationToken.None));
        Assert.Null(await deliveries.StartAsync(entry, "holder", CancellationToken.None));
        Assert.Equal("succeeded", (await ada.TaskAsync(id)).Status());

        Task<Hold> AppendAsync(int number) => dead.Get<TaskRecords>().AppendAsync(
            delivery, number, chunk, first.Length, outcome, new TaskProgress(100, 1000, null), CancellationToken.None);
    }

    [Fact]
    public async Task Start_RepeatedAfterALostAnswer_IsTheSameAttempt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        using var ada = app.ClientOf("usr_ada");
        await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        var entry = Assert.Single(await app.Get<TaskQueue>().TakeAsync(10, CancellationToken.None));
        var deliveries = app.Get<TaskDeliveries>();

        var first = await deliveries.StartAsync(entry, "one", CancellationToken.None);
        var again = await deliveries.StartAsync(entry, "one", CancellationToken.None);
        var other = await deliveries.StartAsync(entry, "two", CancellationToken.None);

        Assert.Equal((first!.Task.Fence, 1), (again!.Task.Fence, again.Task.Attempt));
        Assert.Equal((first.Task.Fence + 1, 2), (other!.Task.Fence, other.Task.Attempt));
        Assert.Equal(Hold.Held, await deliveries.FinishAsync(other, TaskState.Succeeded, default, null, null, CancellationToken.None));
        Assert.Equal(Hold.Held, await deliveries.FinishAsync(other, TaskState.Succeeded, default, null, null, CancellationToken.None));
        Assert.Equal(1, await platform.Database.StreamLengthAsync(platform.Key("outbox:v1:{default}")));
    }

    [Fact]
    public async Task Run_EntryCopiedOrStolen_TakesEffectOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        var blocked = new TaskCompletionSource<TaskOutcome>();
        work.Run = (_, _, _) => blocked.Task;
        using var ada = platform.StartApp(services: work.AddTo).ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TestWork.Type, new { });
        await ada.WaitForAsync(id, "running");
        var queue = platform.Key("queue:v1:{default}:default.normal");

        var copy = await platform.Database.StreamAddAsync(queue, "task", id);
        var entry = (await platform.Database.StreamPendingMessagesAsync(queue, "workers", 1, RedisValue.Null)).Single().MessageId;
        await platform.Database.StreamClaimAsync(queue, "workers", "rogue", 0, [entry]);
        await Eventually.TrueAsync(async () => (await platform.Database.StreamRangeAsync(queue, copy, copy)).Length == 0, Longest, "the copy is dropped");
        blocked.SetResult(TaskOutcome.None);
        await ada.WaitForAsync(id, "succeeded");

        await Eventually.TrueAsync(async () => await platform.Database.StreamLengthAsync(queue) == 0, Longest, "the queue is empty");
        Assert.Single(work.Ledger);
        await Eventually.TrueAsync(() => platform.Fakes.Notifications.ContainsKey(id), Longest, "the owner is told");
        Assert.Equal(1, platform.Fakes.NotificationCalls);
    }

    [Fact]
    public async Task Run_WorkerDiesEachTime_IsDeadAfterTheCap()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var api = platform.StartApp(withWorker: false, settings: ("Tasks:MaxAttempts", "2"));
        using var ada = api.ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));
        var entry = Assert.Single(await api.Get<TaskQueue>().TakeAsync(10, CancellationToken.None));
        foreach (var holder in new[] { "first", "second" })
        {
            Assert.False((await api.Get<TaskDeliveries>().StartAsync(entry, holder, CancellationToken.None))!.OnlyEnds);
        }

        platform.StartApp(settings: ("Tasks:MaxAttempts", "2"));

        var task = await ada.WaitForAsync(id, "dead");
        Assert.Equal(2, task.GetProperty("attempt").GetInt32());
        Assert.Equal("attempts_exhausted", task.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(platform.Fakes.PseudonymizeQueries);
    }

    [Fact]
    public async Task Cancel_Waiting_EndsAtOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(withWorker: false).ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TaskCalls.NdJson("{}"));

        using var answer = await ada.PostAsync($"/v1/tasks/{id}/cancel", null);
        using var again = await ada.PostAsync($"/v1/tasks/{id}/cancel", null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.StatusCode, again.StatusCode));
        Assert.Equal("cancelled", (await ada.TaskAsync(id)).Status());
        Assert.Empty(platform.Keys("input"));
        Assert.Equal(0, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")));
        Assert.Equal("done", Assert.Single(await ada.EventsAsync(id).ToListAsync()).Event);
    }

    [Fact]
    public async Task Cancel_Running_StopsTheHandlerWithinASecond()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var cancelledAt = 0L;
        var work = new TestWork
        {
            Run = async (_, _, cancellationToken) =>
            {
                await using var registration = cancellationToken.Register(() => cancelledAt = Stopwatch.GetTimestamp());
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return TaskOutcome.None;
            },
        };

        // A lease so long that only the wake-up can bring it in time.
        using var ada = platform.StartApp(services: work.AddTo, settings: ("Tasks:LeaseDuration", "00:05:00")).ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TestWork.Type, new { });
        await ada.WaitForAsync(id, "running");

        var asked = Stopwatch.GetTimestamp();
        using var answer = await ada.PostAsync($"/v1/tasks/{id}/cancel", null);
        await ada.WaitForAsync(id, "cancelled");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(asked, cancelledAt).TotalSeconds, 0, 1);
        Assert.Single(work.Ledger);
        Assert.Equal(0, await platform.Database.StreamLengthAsync(platform.Key("queue:v1:{default}:default.normal")));
    }

    [Fact]
    public async Task Cancel_Ended_IsAConflict()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var ada = platform.StartApp(services: new TestWork().AddTo).ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TestWork.Type, new { });
        await ada.WaitForAsync(id, "succeeded");

        await (await ada.PostAsync($"/v1/tasks/{id}/cancel", null)).ProblemAsync(HttpStatusCode.Conflict, "task_ended");
    }

    [Fact]
    public async Task Stop_WithRunningTask_HandsItBackWithoutCountingTheAttempt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Run = async (_, _, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return TaskOutcome.None;
            },
        };
        var stopping = platform.StartApp(services: work.AddTo, settings: ("Tasks:DrainTimeout", "00:00:00.1"));
        using var ada = platform.StartApp(withWorker: false, services: new TestWork().AddTo).ClientOf("usr_ada");
        var id = await ada.SubmitAsync(TestWork.Type, new { });
        await ada.WaitForAsync(id, "running");

        await stopping.DisposeAsync();
        var handedBack = await ada.TaskAsync(id);
        Assert.Equal(("queued", 0), (handedBack.Status(), handedBack.GetProperty("attempt").GetInt32()));
        Assert.Empty((await platform.Database.StreamConsumerInfoAsync(platform.Key("queue:v1:{default}:default.normal"), "workers")));

        platform.StartApp(services: new TestWork().AddTo);
        Assert.Equal(1, (await ada.WaitForAsync(id, "succeeded")).GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Run_GroupLost_IsMadeAgainFromTheStart()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        using var ada = platform.StartApp(services: work.AddTo).ClientOf("usr_ada");
        await ada.WaitForAsync(await ada.SubmitAsync(TestWork.Type, new { }), "succeeded");

        await platform.Database.KeyDeleteAsync(platform.Key("queue:v1:{default}:default.normal"));
        var id = await ada.SubmitAsync(TestWork.Type, new { });

        await ada.WaitForAsync(id, "succeeded");
    }
}
