using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>Tasks as their owners see them: submitted, looked up, cancelled.</summary>
internal sealed class TaskStore(
    RedisStore redis, TaskKeys keys, TaskTypes types, TaskDigests digests, TaskGates gates, TaskDependants dependants, EventStreams events, TasksMetrics metrics, TimeProvider time,
    IOptions<TasksOptions> options)
{
    /// <returns>The task when it was accepted now, or by an earlier request and is still kept, or the one that is the same.</returns>
    public async Task<(SubmitOutcome Outcome, TaskItem? Task)> SubmitAsync(NewTask task, CancellationToken cancellationToken)
    {
        var gating = TaskGating.Of(digests, task, types.Find(task.Type)?.Options.ConcurrencyPerKey ?? 1, options.Value.TurnsPerUser);
        var unique = task.Unique?.Digest(digests, task.Type, task.Owner, task.Sent ?? task.Payload);
        var call = new SubmitCall(keys, task, gating, unique);
        while (true)
        {
            string[] same = unique is null ? [] : await SameAsync(unique, cancellationToken);
            string[] aside = call.Aside is { } noted ? await AsideAsync(noted, cancellationToken) : [];
            var answer = (RedisResult[])(await redis.EvaluateAsync(
                TaskScripts.SubmitTask, call.Keys(same, aside), call.Arguments(same, aside, events.WakeChannel, options.Value, time.GetUtcNow()), cancellationToken))!;
            var outcome = (SubmitOutcome)(int)answer[0];
            switch (outcome)
            {
                case SubmitOutcome.Accepted:
                    metrics.Submitted(task.Type);
                    return (outcome, Accepted(task, DateTimeOffset.FromUnixTimeMilliseconds((long)answer[2]), TaskStates.Parse((string)answer[3]!)));
                case SubmitOutcome.Replayed:
                    return (outcome, await FindAsync((string)answer[1]!, cancellationToken));
                case SubmitOutcome.Duplicate when await FindAsync((string)answer[1]!, cancellationToken) is { } other:
                    return (outcome, other);
                case SubmitOutcome.Duplicate:
                    // It has ended and gone since.
                    continue;
                case SubmitOutcome.LookAgain:
                    continue;
                default:
                    return (outcome, null);
            }
        }
    }

    /// <returns>Null when there is no such task, or it is another's.</returns>
    public async Task<TaskItem?> FindAsync(string taskId, string owner, CancellationToken cancellationToken)
    {
        var task = PlatformId.IsValid(taskId, "tsk") ? await FindAsync(taskId, cancellationToken) : null;
        return task?.Owner == owner ? task : null;
    }

    public Task<TaskItem?> FindAsync(string taskId, CancellationToken cancellationToken) =>
        redis.ExecuteAsync("task.find", database => FindAsync(database, taskId), cancellationToken);

    /// <returns>In the order of the ids; null for what is gone, or cannot be read.</returns>
    public Task<TaskItem?[]> FindAllAsync(IReadOnlyList<string> taskIds, CancellationToken cancellationToken) => taskIds.Count == 0
        ? Task.FromResult<TaskItem?[]>([])
        : redis.ExecuteAsync("task.find-all", database => Task.WhenAll(taskIds.Select(id => FindReadableAsync(database, id))), cancellationToken);

    public async Task<CancelOutcome> CancelAsync(string taskId, string owner, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(taskId, "tsk"))
        {
            return CancelOutcome.NotFound;
        }

        var item = keys.Item(taskId);
        var fields = await redis.ExecuteAsync(
            "task.lane", database => database.HashGetAsync(item, ["lane", "type", TaskPasses.KeyField, TaskPasses.TurnsField, "unique", "batch", StoredPayload.LengthField]),
            cancellationToken);
        if (fields[0].IsNull)
        {
            return CancelOutcome.NotFound;
        }

        var passes = new TaskPasses(fields[2], fields[3]);
        var answer = await redis.EvaluateAsync(
            TaskScripts.CancelTask,
            [
                item, keys.Lane(fields[0]!), keys.Delayed(Lane.QueueOf(fields[0]!)), keys.Events(taskId), keys.Chunks(taskId, !fields[6].IsNull),
                keys.Result(taskId),
                keys.ResultIndex(taskId), passes.Key is null ? item : keys.Gate(passes.Key), passes.Turns is null ? item : keys.Gate(passes.Turns),
                fields[4].IsNull ? item : keys.Unique(fields[4]!), keys.Releases, fields[5].IsNull ? item : keys.Batch(fields[5]!),
                owner.Length == 0 ? item : keys.Open(owner), keys.Waiting(Lane.QueueOf(fields[0]!)),
            ],
            [taskId, owner, (long)options.Value.HistoryRetention.TotalMilliseconds, events.WakeChannel, TaskQueue.Group, fields[5].IsNull ? "" : fields[5]],
            cancellationToken);
        var outcome = (CancelOutcome)(int)answer[0];
        if (outcome == CancelOutcome.Cancelled)
        {
            metrics.Cancelled((string?)fields[1] ?? "unknown");
            await gates.AdmitSoonAsync(passes, cancellationToken);
            await dependants.ReleaseSoonAsync((string[])answer[1]!, cancellationToken);
        }

        return outcome;
    }

    private async Task<string[]> SameAsync(string unique, CancellationToken cancellationToken)
    {
        var members = await redis.ExecuteAsync("task.same", database => database.SetMembersAsync(keys.Unique(unique)), cancellationToken);
        return Array.ConvertAll(members, member => (string)member!);
    }

    private async Task<string[]> AsideAsync(RedisKey noted, CancellationToken cancellationToken)
    {
        var members = await redis.ExecuteAsync("task.aside", database => database.SortedSetRangeByRankAsync(noted), cancellationToken);
        return Array.ConvertAll(members, member => (string)member!);
    }

    private static TaskItem Accepted(NewTask task, DateTimeOffset now, TaskState state) => new()
    {
        Id = task.Id,
        Type = task.Type,
        Owner = task.Owner,
        Lane = task.Lane.Name,
        Status = state,
        Payload = task.Payload,
        Fields = task.Attachment?.Fields.ToDictionary(StringComparer.Ordinal) ?? [],
        CreatedAt = now,
        AvailableAt = now + task.Delay,
        NextAttemptAt = task.Delay > TimeSpan.Zero ? now + task.Delay : null,
        TraceParent = task.TraceParent,
    };

    /// <summary>One that cannot be read must not keep the others of a list from being shown.</summary>
    private async Task<TaskItem?> FindReadableAsync(IDatabase database, string taskId)
    {
        try
        {
            return await FindAsync(database, taskId);
        }
        catch (Exception exception) when (exception is FormatException
            || (exception is RedisServerException && exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal)))
        {
            return null;
        }
    }

    private async Task<TaskItem?> FindAsync(IDatabase database, string taskId)
    {
        var fields = await database.HashGetAllAsync(keys.Item(taskId));
        return TaskItem.Parse(taskId, fields.ToDictionary(field => (string)field.Name!, field => field.Value, StringComparer.Ordinal));
    }
}
