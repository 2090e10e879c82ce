using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Tasks.Gates;
using Platform.Tasks.Handlers;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>Tasks as their owners see them: submitted, looked up, listed, cancelled.</summary>
internal sealed class TaskStore(
    RedisStore redis, TaskKeys keys, TaskTypes types, TaskGates gates, EventStreams events, TasksMetrics metrics, TimeProvider time,
    IOptions<TasksOptions> options)
{
    /// <summary>A list reads at most this many tasks for one page, so that a filter that matches little costs little.</summary>
    private const int MostScanned = 500;

    /// <returns>The task when it was accepted now, or by an earlier request and is still kept.</returns>
    public async Task<(SubmitOutcome Outcome, TaskItem? Task)> SubmitAsync(NewTask task, CancellationToken cancellationToken)
    {
        var gating = TaskGating.Of(task, types.Find(task.Type)?.Options.ConcurrencyPerKey ?? 1, options.Value.TurnsPerUser);
        var (keyGate, turnGate) = (gating.Passes.Key, gating.Passes.Turns);
        var fields = new List<RedisValue>
        {
            task.Id, task.Idempotency?.Fingerprint ?? "", Milliseconds(TaskKeys.IdempotencyLifetime), task.Attachment?.Chunks ?? 0,
            Milliseconds(options.Value.InputRetention), Milliseconds(TaskKeys.OpenLifetime),
            OldestOwned(), Milliseconds(options.Value.InputRetention), events.WakeChannel, Milliseconds(TaskKeys.OwnedLifetime),
            task.Lane.Name, Milliseconds(task.Delay), keyGate ?? "", gating.KeyLimit, turnGate ?? "", gating.TurnLimit,
            "type", task.Type, "owner", task.Owner, "payload", task.Payload,
        };
        if (task.Idempotency is not null)
        {
            fields.AddRange(["claim", task.Idempotency.Digest]);
        }

        if (task.TraceParent is not null)
        {
            fields.AddRange(["traceparent", task.TraceParent]);
        }

        foreach (var (name, value) in task.Attachment?.Fields ?? [])
        {
            fields.AddRange([name, value]);
        }

        var item = keys.Item(task.Id);
        var answer = (RedisResult[])(await redis.EvaluateAsync(
            TaskScripts.SubmitTask,
            [
                item, task.Lane.Key, task.Owner.Length == 0 ? item : keys.Owned(task.Owner), keys.Events(task.Id), keys.Input(task.Id),
                task.Idempotency is null ? item : keys.Idempotency(task.Idempotency.Digest),
                task.Owner.Length == 0 ? item : keys.Erased(TaskErasure.Digest(task.Owner)), keys.Delayed(task.Lane.Queue),
                keyGate is null ? item : keys.Gate(keyGate), keyGate is null ? item : keys.Parked(keyGate),
                turnGate is null ? item : keys.Gate(turnGate), turnGate is null ? item : keys.Parked(turnGate), keys.GatesWaiting,
                keys.Index,
            ],
            [.. fields], cancellationToken))!;
        if ((SubmitOutcome)(int)answer[0] == SubmitOutcome.Accepted)
        {
            metrics.Submitted(task.Type);
        }

        return (SubmitOutcome)(int)answer[0] switch
        {
            SubmitOutcome.Accepted => (SubmitOutcome.Accepted, Queued(task, DateTimeOffset.FromUnixTimeMilliseconds((long)answer[2]))),
            SubmitOutcome.Replayed => (SubmitOutcome.Replayed, await FindAsync((string)answer[1]!, cancellationToken)),
            var refused => (refused, null),
        };
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
            "task.lane", database => database.HashGetAsync(item, ["lane", "type", TaskPasses.KeyField, TaskPasses.TurnsField]), cancellationToken);
        if (fields[0].IsNull)
        {
            return CancelOutcome.NotFound;
        }

        var passes = new TaskPasses(fields[2], fields[3]);
        var outcome = (CancelOutcome)(int)await redis.EvaluateAsync(
            TaskScripts.CancelTask,
            [
                item, keys.Lane(fields[0]!), keys.Delayed(Lane.QueueOf(fields[0]!)), keys.Events(taskId), keys.Input(taskId), keys.Result(taskId),
                keys.ResultIndex(taskId), passes.Key is null ? item : keys.Gate(passes.Key), passes.Turns is null ? item : keys.Gate(passes.Turns),
            ],
            [taskId, owner, Milliseconds(options.Value.HistoryRetention), events.WakeChannel, TaskQueue.Group], cancellationToken);
        if (outcome == CancelOutcome.Cancelled)
        {
            metrics.Cancelled((string?)fields[1] ?? "unknown");
            await gates.AdmitSoonAsync(passes, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Ids sort by the time they were made, so this one is above all that are too old to be listed.</summary>
    private string OldestOwned() => PlatformId.New("tsk", time.GetUtcNow() - TaskKeys.OwnedLifetime);

    private static TaskItem Queued(NewTask task, DateTimeOffset now) => new()
    {
        Id = task.Id,
        Type = task.Type,
        Owner = task.Owner,
        Lane = task.Lane.Name,
        Status = TaskState.Queued,
        Payload = task.Payload,
        Fields = task.Attachment?.Fields.ToDictionary(StringComparer.Ordinal) ?? [],
        CreatedAt = now,
        AvailableAt = now + task.Delay,
        NextAttemptAt = task.Delay > TimeSpan.Zero ? now + task.Delay : null,
        TraceParent = task.TraceParent,
    };

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;

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
