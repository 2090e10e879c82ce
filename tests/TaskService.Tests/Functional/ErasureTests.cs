using System.Net;
using Platform.Contracts;
using Platform.Contracts.People;
using Platform.TestKit;
using Shared;
using StackExchange.Redis;
using Platform.Tasks.Handlers;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;

namespace TaskService.Tests.Functional;

public sealed class ErasureTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly string _ada = PlatformId.New("usr");
    private readonly string _bob = PlatformId.New("usr");
    private readonly TestWork _work = new();
    private Surroundings _surroundings = null!;

    public async ValueTask InitializeAsync() => _surroundings = await Surroundings.CreateAsync(redis);

    public ValueTask DisposeAsync() => _surroundings.DisposeAsync();

    [Fact]
    public async Task Erase_FinishedAndWaitingTasks_LeavesNothingButAnEmptyMark()
    {
        var app = _surroundings.StartApp(services: _work.AddTo);
        using var ada = app.ClientOf(_ada);
        using var bob = app.ClientOf(_bob);
        var finished = await ada.SubmitAsync(TaskCalls.NdJson("""{"email":"ada@example.com"}"""), idempotencyKey: "\"first\"");
        await ada.WaitForAsync(finished, "succeeded");
        var bobs = await bob.SubmitAsync(TaskCalls.NdJson("""{"email":"bob@example.com"}"""), idempotencyKey: "\"first\"");
        await bob.WaitForAsync(bobs, "succeeded");
        _work.Run = (_, _, _) => throw new TaskRetryException("later", "Later.", TimeSpan.FromHours(1));
        var delayed = await ada.SubmitAsync(TestWork.Type, new TestPayload());
        await Eventually.TrueAsync(
            async () => (await ada.TaskAsync(delayed)).TryGetProperty("nextAttemptAt", out var next) && next.ValueKind != System.Text.Json.JsonValueKind.Null,
            TimeSpan.FromSeconds(20), "the task is delayed");

        var answer = await EraseAsync(app, _ada);

        Assert.True(answer.Done);
        Assert.Equal([new ErasedItems("tasks", 2), new ErasedItems("inputs", 0), new ErasedItems("results", 1), new ErasedItems("digests", 0)], answer.Items);
        Assert.DoesNotContain(AllKeys(), key => Names(key, finished) || Names(key, delayed) || Names(key, _ada));
        var mark = Assert.Single(_surroundings.Keys("erased"));
        Assert.NotNull(await _surroundings.Database.KeyTimeToLiveAsync(mark));
        Assert.Equal("", await _surroundings.Database.StringGetAsync(mark));
        Assert.Single(_surroundings.Keys("submit-claim"));
        Assert.Empty(await _surroundings.Database.SortedSetRangeByRankAsync(_surroundings.Key("delayed:v1:{default}:default")));
        Assert.Contains("psn_", await bob.ResultAsync(bobs), StringComparison.Ordinal);
        Assert.True((await EraseAsync(app, _ada)).Done);
    }

    [Fact]
    public async Task Erase_RunningTask_StopsItAndNothingItWritesArrives()
    {
        var begun = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        _work.Run = async (_, context, cancellationToken) =>
        {
            begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                stopped.TrySetResult();
            }

            return TaskOutcome.None;
        };
        var app = _surroundings.StartApp(services: _work.AddTo);
        using var ada = app.ClientOf(_ada);
        var id = await ada.SubmitAsync(TestWork.Type, new TestPayload());
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await EraseAsync(app, _ada);

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(
            async () => await _surroundings.Database.StreamLengthAsync(_surroundings.Key("queue:v1:{default}:default.normal")) == 0
                && (await _surroundings.Database.StreamPendingAsync(_surroundings.Key("queue:v1:{default}:default.normal"), TaskQueue.Group)).PendingMessageCount == 0,
            TimeSpan.FromSeconds(5), "nothing is left in the queue");
        Assert.DoesNotContain(AllKeys(), key => Names(key, id));
        Assert.Equal(0, _surroundings.Fakes.NotificationCalls);
    }

    [Fact]
    public async Task Submit_AfterErasure_IsRefusedAndItsRecordsAreDropped()
    {
        var app = _surroundings.StartApp(withWorker: false);
        using var ada = app.ClientOf(_ada);
        await EraseAsync(app, _ada);

        using var response = await ada.PostTaskAsync(TaskCalls.Options, TaskCalls.NdJson("""{"email":"ada@example.com"}"""));

        await response.ProblemAsync(HttpStatusCode.Gone, "person_erased");
        Assert.Single(AllKeys());
    }

    [Fact]
    public async Task Erase_MoreTasksThanOneCallTakes_SaysThatItIsNotDone()
    {
        var app = _surroundings.StartApp(withWorker: false, services: _work.AddTo);
        using var ada = app.ClientOf(_ada);
        await Parallel.ForAsync(0, 201, async (_, _) => await ada.SubmitAsync(TestWork.Type, new TestPayload()));

        Assert.False((await EraseAsync(app, _ada)).Done);
        Assert.True((await EraseAsync(app, _ada)).Done);
        Assert.DoesNotContain(AllKeys(), key => Names(key, "tsk_"));
        Assert.DoesNotContain(AllKeys(), key => Names(key, ":gate") || Names(key, ":parked"));
    }

    [Fact]
    public async Task Erase_WithoutTheScope_IsForbidden()
    {
        var app = _surroundings.StartApp(withWorker: false);
        using var ada = app.ClientOf(_ada);
        Assert.Equal(HttpStatusCode.Forbidden, (await ada.DeleteAsync($"/v1/people/{_ada}")).StatusCode);
    }

    private static bool Names(RedisKey key, string part) => key.ToString().Contains(part, StringComparison.Ordinal);

    private IEnumerable<RedisKey> AllKeys() => RedisFixture.Keys(redis.Multiplexer, _surroundings.Prefix).Where(ServiceRegistry.IsOwn);

    private async Task<ErasureResponse> EraseAsync(TaskServiceApp app, string userId)
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", _surroundings.Issuer.ServiceToken("userservice", Scopes.ErasePeople));
        return await new PeopleClient(client, "taskservice").EraseAsync(userId, CancellationToken.None);
    }
}
