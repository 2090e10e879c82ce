using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Handlers;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>Tasks as their owners see them: submitted, looked up, listed, cancelled.</summary>
internal sealed class TaskStore(
    RedisStore redis, TaskKeys keys, TaskTypes types, TaskGates gates, TaskDependants dependants, EventStreams events, TasksMetrics metrics, TimeProvider time,
    IOptions<TasksOptions> options)
{
    /// <summary>A list reads at most this many tasks for one page, so that a filter that matches little costs little.</summary>
    private const int MostScanned = 500;

    /// <returns>The task when it was accepted now, or by an earlier request and is still kept, or the one that is the same.</returns>
    public async Task<(SubmitOutcome Outcome, TaskItem? Task)> SubmitAsync(NewTask task, CancellationToken cancellationToken)
    {
        var gating = TaskGating.Of(task, types.Find(task.Type)?.Options.ConcurrencyPerKey ?? 1, options.Value.TurnsPerUser);
        var unique = task.Unique?.Digest(task.Type, task.Owner, task.Payload);
        var call = new SubmitCall(keys, task, gating, unique);
        while (true)
        {
            string[] same = unique is null ? [] : await SameAsync(unique, cancellationToken);
            var answer = (RedisResult[])(await redis.EvaluateAsync(
                TaskScripts.SubmitTask, call.Keys(same), call.Arguments(same, events.WakeChannel, options.Value, time.GetUtcNow()), cancellationToken))!;
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

    public async Task<Page<TaskItem>> ListAsync(
        string owner, string? cursor, int limit, Func<TaskItem, bool> filter, CancellationToken cancellationToken)
    {
        var found = new List<TaskItem>(limit);
        for (var scanned = 0; scanned < MostScanned;)
        {
            var batch = Math.Clamp(limit, 50, 100);
            var (ids, tasks) = await redis.ExecuteAsync("task.list", database => ReadAsync(database, owner, cursor, batch), cancellationToken);
            scanned += ids.Length;
            for (var i = 0; i < ids.Length; i++)
            {
                cursor = ids[i];
                if (tasks[i] is { } task && filter(task))
                {
                    found.Add(task);
                    if (found.Count == limit)
                    {
                        return new Page<TaskItem>(found, i + 1 < ids.Length || ids.Length == batch ? cursor : null);
                    }
                }
            }

            if (ids.Length < batch)
            {
                return new Page<TaskItem>(found, null);
            }
        }

        return new Page<TaskItem>(found, cursor);
    }

    public async Task<CancelOutcome> CancelAsync(string taskId, string owner, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(taskId, "tsk"))
        {
            return CancelOutcome.NotFound;
        }

        var item = keys.Item(taskId);
        var fields = await redis.ExecuteAsync(
            "task.lane", database => database.HashGetAsync(item, ["lane", "type", TaskPasses.KeyField, TaskPasses.TurnsField, "unique", "batch"]), cancellationToken);
        if (fields[0].IsNull)
        {
            return CancelOutcome.NotFound;
        }

        var passes = new TaskPasses(fields[2], fields[3]);
        var answer = await redis.EvaluateAsync(
            TaskScripts.CancelTask,
            [
                item, keys.Lane(fields[0]!), keys.Delayed(Lane.QueueOf(fields[0]!)), keys.Events(taskId), keys.Input(taskId), keys.Result(taskId),
                keys.ResultIndex(taskId), passes.Key is null ? item : keys.Gate(passes.Key), passes.Turns is null ? item : keys.Gate(passes.Turns),
                fields[4].IsNull ? item : keys.Unique(fields[4]!), keys.Releases, fields[5].IsNull ? item : keys.Batch(fields[5]!),
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

    private async Task<(string[] Ids, TaskItem?[] Tasks)> ReadAsync(IDatabase database, string owner, string? cursor, int count)
    {
        // Newest first; ids sort by the time they were made.
        var ids = await database.SortedSetRangeByValueAsync(
            keys.Owned(owner), max: cursor ?? default(RedisValue), exclude: cursor is null ? Exclude.None : Exclude.Stop, order: Order.Descending,
            take: count);
        var names = Array.ConvertAll(ids, id => (string)id!);
        return (names, await Task.WhenAll(names.Select(id => FindAsync(database, id))));
    }

    private async Task<TaskItem?> FindAsync(IDatabase database, string taskId)
    {
        var fields = await database.HashGetAllAsync(keys.Item(taskId));
        return TaskItem.Parse(taskId, fields.ToDictionary(field => (string)field.Name!, field => field.Value, StringComparer.Ordinal));
    }
}
