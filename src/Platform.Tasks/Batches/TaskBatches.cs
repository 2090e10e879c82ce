using System.Diagnostics;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Items;
using Platform.Tasks.Payloads;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Batches;

/// <summary>Enqueues tasks that belong together, and tells how far they have come.</summary>
internal sealed class TaskBatches(
    RedisStore redis, TaskKeys keys, TaskGates gates, TaskPayloads payloads, TasksMetrics metrics, TimeProvider time, IOptions<TasksOptions> options)
{
    public const int MostTasks = 1000;
    public const int MostBytes = 8 * 1024 * 1024;

    private static readonly RedisScript EnqueueBatch = RedisScript.FromResource(typeof(TaskBatches).Assembly, "EnqueueBatch.lua");

    /// <returns>Null when nothing is taken for the owner any more.</returns>
    public async Task<TaskBatch?> EnqueueAsync(
        IReadOnlyCollection<BatchTask> tasks, BatchCompletion? completion, Lane lane, string? owner, CancellationToken cancellationToken)
    {
        if (tasks.Count is 0 or > MostTasks)
        {
            throw new ArgumentException($"A batch has 1 to {MostTasks} tasks, not {tasks.Count}.", nameof(tasks));
        }

        var batch = new TaskBatch(PlatformId.New("bat"), [.. tasks.Select(_ => PlatformId.New("tsk"))], completion is null ? null : PlatformId.New("tsk"));
        var encoded = tasks.Select((task, i) => payloads.Encode(batch.TaskIds[i], task.Type, task.Payload)).ToArray();
        if (encoded.Any(payload => payload.Length > StoredPayload.LongestInline))
        {
            throw new ArgumentException($"A payload in a batch has at most {StoredPayload.LongestInline / 1024} KiB; enqueue a larger one by itself.", nameof(tasks));
        }

        if (encoded.Sum(payload => (long)payload.Length) > MostBytes)
        {
            throw new ArgumentException($"The payloads of a batch have at most {MostBytes / 1024 / 1024} MiB together.", nameof(tasks));
        }

        var turns = owner is null ? null : TaskPersonalData.Digest(owner);
        var key = keys.Batch(batch.Id);
        var answer = await redis.EvaluateAsync(
            EnqueueBatch,
            [
                key, owner is null ? key : keys.Owned(owner), turns is null ? key : keys.Erased(turns), turns is null ? key : keys.Parked(turns),
                keys.GatesWaiting, keys.Index, keys.Dependants(batch.Id), batch.CompletionId is null ? key : keys.Item(batch.CompletionId), lane.Key,
                owner is null ? key : keys.Open(owner), keys.Waiting(lane.Queue), .. batch.TaskIds.Select(keys.Item),
            ],
            [
                batch.Id, (long)TaskKeys.OpenLifetime.TotalMilliseconds, (long)TaskKeys.OwnedLifetime.TotalMilliseconds,
                SubmitCall.OldestOwned(time.GetUtcNow()), owner ?? "", turns ?? "", options.Value.TurnsPerUser, lane.Name, Activity.Current?.Id ?? "",
                (completion?.After ?? AfterMode.Ended).ToWord(), batch.CompletionId ?? "", completion?.Task.Type ?? "",
                completion is null ? "" : payloads.Encode(batch.CompletionId!, completion.Task.Type, completion.Task.Payload),
                .. tasks.SelectMany((task, i) => new RedisValue[] { batch.TaskIds[i], task.Type, encoded[i] }),
            ],
            cancellationToken);
        if ((int)answer[0] != (int)SubmitOutcome.Accepted)
        {
            return null;
        }

        foreach (var task in tasks)
        {
            metrics.Submitted(task.Type);
        }

        await gates.AdmitSoonAsync(new TaskPasses(null, turns), cancellationToken);
        return batch;
    }

    /// <returns>Null when there is no such batch, or it is no longer kept.</returns>
    public async Task<(BatchProgress Progress, string Owner)?> FindAsync(string batchId, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(batchId, "bat"))
        {
            return null;
        }

        var fields = await redis.ExecuteAsync(
            "batch.find", database => database.HashGetAsync(keys.Batch(batchId), ["total", "done", "failed", "completion", "owner", "created"]), cancellationToken);
        return fields[0].IsNull
            ? null
            : (new BatchProgress(batchId, (int)fields[0], (int)fields[1], (int)fields[2], fields[3])
            {
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)fields[5]),
            }, (string?)fields[4] ?? "");
    }
}
