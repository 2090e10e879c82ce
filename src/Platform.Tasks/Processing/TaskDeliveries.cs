using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Redis.Events;
using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Queues;
using Platform.Tasks.Unique;
using StackExchange.Redis;

namespace Platform.Tasks.Processing;

/// <summary>
/// What an attempt writes. Each write carries the attempt's fencing number and is refused when another attempt has begun since; each may
/// be repeated when its answer was lost.
/// </summary>
internal sealed class TaskDeliveries(
    RedisStore redis, TaskKeys keys, TaskQueue queue, TaskGates gates, TaskDependants dependants, TaskTypes types, EventStreams events,
    IOptions<TasksOptions> options)
{
    private static readonly RedisScript HoldUnique = RedisScript.FromResource(typeof(TaskDeliveries).Assembly, "HoldUnique.lua");

    private readonly TasksOptions _options = options.Value;
    private readonly RedisValue[] _ownAttempts =
        [.. types.All.Where(type => type.Options.MaxAttempts is not null).SelectMany(type => new RedisValue[] { type.Name, type.Options.MaxAttempts!.Value })];

    /// <summary>Called when the owner asks for the task to be cancelled, among other things.</summary>
    public IDisposable OnWake(string taskId, Action callback) => events.OnWake(keys.Item(taskId), callback);

    /// <param name="holder">The same for a repeated call.</param>
    /// <returns>Null when there is nothing to do: the task ended, or this is a copy.</returns>
    public async Task<Delivery?> StartAsync(QueueEntry entry, string holder, CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])(await redis.EvaluateAsync(
            ProcessingScripts.StartTask,
            [keys.Item(entry.TaskId), entry.Lane.Key, keys.Events(entry.TaskId)],
            [
                entry.Id, TaskQueue.Group, holder, _options.MaxAttempts, Milliseconds(TaskKeys.OpenLifetime), events.WakeChannel,
                queue.Consumer, .. _ownAttempts,
            ],
            cancellationToken))!;
        if ((int)answer[0] == 0)
        {
            return null;
        }

        var task = TaskItem.Parse(entry.TaskId, TaskItem.ToFields(answer[2]))!;
        if (task.Text("uniqueWhile") == UniqueWhile.Running.ToWord())
        {
            await redis.EvaluateAsync(
                HoldUnique, [keys.Item(task.Id), keys.Unique(task.Text("unique")!)], [task.Fence, task.Id, Milliseconds(TaskKeys.OpenLifetime)],
                cancellationToken);
        }

        return new Delivery(
            task, entry.Lane, entry.Id, DateTimeOffset.FromUnixTimeMilliseconds((long)answer[1]), OnlyEnds: (int)answer[0] == 2);
    }

    /// <summary>The first attempt of a task whose entry holds all it needs: it has begun with its delivery, and nothing is asked.</summary>
    public static Delivery BeginPlain(QueueEntry entry, DateTimeOffset now)
    {
        var added = entry.AddedAt;
        var task = new TaskItem
        {
            Id = entry.TaskId,
            Type = entry.Type!,
            Owner = "",
            Lane = entry.Lane.Name,
            Status = TaskState.Running,
            Payload = (ReadOnlyMemory<byte>)entry.Payload,
            Fields = FrozenDictionary<string, RedisValue>.Empty,
            CreatedAt = added,
            AvailableAt = added,
            Attempt = 1,
            Fence = 1,
            TraceParent = entry.TraceParent,
        };
        return new Delivery(task, entry.Lane, entry.Id, now, OnlyEnds: false) { IsPlain = true, IsUnrecorded = entry.IsUnrecorded };
    }

    /// <summary>Writes the record of a task that had none: before another attempt begins.</summary>
    public async Task RecordAsync(QueueEntry entry, CancellationToken cancellationToken) =>
        await RecordAsync(entry.TaskId, entry.Lane, entry.Id, entry.Type!, entry.Payload, entry.TraceParent, cancellationToken);

    /// <summary>Writes the record of a task that had none: before anything else is written of its first attempt.</summary>
    /// <returns><see cref="Hold.Lost"/> where another attempt has ended it.</returns>
    public async Task<Hold> RecordAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (!delivery.IsUnrecorded)
        {
            return Hold.Held;
        }

        var task = delivery.Task;
        var hold = await RecordAsync(task.Id, delivery.Lane, delivery.EntryId, task.Type, task.Payload, task.TraceParent, cancellationToken);
        delivery.IsUnrecorded = hold == Hold.Lost;
        return hold;
    }

    public async Task<Hold> RenewAsync(Delivery delivery, CancellationToken cancellationToken) =>
        await RecordAsync(delivery, cancellationToken) == Hold.Lost ? Hold.Lost : (Hold)(int)await redis.EvaluateAsync(
            ProcessingScripts.RenewLease,
            [keys.Item(delivery.Task.Id), delivery.Lane.Key],
            [delivery.Task.Fence, delivery.EntryId, TaskQueue.Group, queue.Consumer, delivery.BegunAt.ToUnixTimeMilliseconds()], cancellationToken);

    public async Task<Hold> ReportAsync(Delivery delivery, TaskProgress progress, CancellationToken cancellationToken) =>
        (Hold)(int)await redis.EvaluateAsync(
            ProcessingScripts.ReportProgress,
            [keys.Item(delivery.Task.Id), keys.Events(delivery.Task.Id)],
            [
                delivery.Task.Fence, progress.Done, progress.Total, progress.Message ?? "", Json(progress),
                Milliseconds(_options.ResultRetention), events.WakeChannel,
            ],
            cancellationToken);

    public async Task<Hold> FinishAsync(
        Delivery delivery, TaskState status, TaskOutcome outcome, TaskError? error, string? traceParent, CancellationToken cancellationToken)
    {
        if (await RecordAsync(delivery, cancellationToken) == Hold.Lost)
        {
            return Hold.Lost;
        }

        var id = delivery.Task.Id;
        var passes = TaskPasses.Of(delivery.Task.Fields);
        var (unique, batch) = (delivery.Task.Text("unique"), delivery.Task.Text("batch"));
        var answer = await redis.EvaluateAsync(
            ProcessingScripts.FinishTask,
            [
                keys.Item(id), delivery.Lane.Key, keys.Events(id), keys.Chunks(id, delivery.Task.HasPayloadAside), keys.Result(id), keys.ResultIndex(id), keys.Dead,
                keys.Outbox,
                .. GateOf(id, passes.Key), .. GateOf(id, passes.Turns), keys.Index,
                unique is null ? keys.Item(id) : keys.Unique(unique), keys.Releases, batch is null ? keys.Item(id) : keys.Batch(batch),
                delivery.Task.Owner.Length == 0 ? keys.Item(id) : keys.Open(delivery.Task.Owner),
            ],
            [
                delivery.Task.Fence, delivery.EntryId, TaskQueue.Group, id, status.ToWord(), outcome.Json ?? "", error?.Code ?? "", error?.Message ?? "",
                Milliseconds(_options.ResultRetention), Milliseconds(_options.HistoryRetention), events.WakeChannel, traceParent ?? "",
                delivery.OnlyEnds ? "" : delivery.BegunAt.ToUnixTimeMilliseconds(), queue.Consumer, batch ?? "", error?.LastCode ?? "",
            ],
            cancellationToken);
        if (answer.Length > 1)
        {
            await dependants.ReleaseSoonAsync((string[])answer[3]!, cancellationToken);
            await gates.AdmitSoonAsync(passes.Key, (RedisValue[])answer[1]!, cancellationToken);
            await gates.AdmitSoonAsync(passes.Turns, (RedisValue[])answer[2]!, cancellationToken);
        }

        return (Hold)(int)answer[0];
    }

    /// <param name="counts">False when the attempt was cut short by this process's end.</param>
    public async Task<Hold> RequeueAsync(Delivery delivery, TimeSpan delay, bool counts, TaskError? error, CancellationToken cancellationToken)
    {
        if (await RecordAsync(delivery, cancellationToken) == Hold.Lost)
        {
            return Hold.Lost;
        }

        var id = delivery.Task.Id;

        // With neither an attempt nor an error it had to wait for a permit, and has not begun.
        var isHeldBack = !counts && delay > TimeSpan.Zero;
        var passes = TaskPasses.Of(delivery.Task.Fields);
        var answer = await redis.EvaluateAsync(
            ProcessingScripts.RequeueTask,
            [keys.Item(id), delivery.Lane.Key, keys.Delayed(delivery.Lane.Queue), keys.Events(id), .. GateOf(id, passes.Turns)],
            [
                delivery.Task.Fence, delivery.EntryId, TaskQueue.Group, id, Milliseconds(delay), counts ? 0 : 1, error?.Code ?? "", error?.Message ?? "",
                events.WakeChannel, isHeldBack ? "" : delivery.BegunAt.ToUnixTimeMilliseconds(), queue.Consumer,
            ],
            cancellationToken);
        if (answer.Length > 1)
        {
            await gates.AdmitSoonAsync(passes.Turns, (RedisValue[])answer[1]!, cancellationToken);
        }

        return (Hold)(int)answer[0];
    }

    private async Task<Hold> RecordAsync(
        string id, Lane lane, RedisValue entryId, string type, RedisValue payload, string? traceParent, CancellationToken cancellationToken) =>
        (Hold)(int)await redis.EvaluateAsync(
            ProcessingScripts.RecordTask,
            [keys.Item(id), lane.Key],
            [entryId, TaskQueue.Group, type, lane.Name, payload, traceParent ?? "", Milliseconds(TaskKeys.OpenLifetime)],
            cancellationToken);

    private RedisKey[] GateOf(string taskId, string? gate) =>
        gate is null ? [keys.Item(taskId), keys.Item(taskId)] : [keys.Gate(gate), keys.Parked(gate)];

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;

    private static string Json(TaskProgress progress) => JsonSerializer.Serialize(progress, JsonDefaults.Options);
}
