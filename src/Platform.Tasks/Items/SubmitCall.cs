using Platform.Contracts;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Unique;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>What the submit of a task tells its script.</summary>
/// <param name="keys">Makes the keys.</param>
/// <param name="task">The task.</param>
/// <param name="gating">The gates that it has to pass.</param>
/// <param name="unique">What makes it the same as another; null when it may be there twice.</param>
internal sealed class SubmitCall(TaskKeys keys, NewTask task, TaskGating gating, string? unique)
{
    /// <summary>Where the payloads that the owner has aside are noted; null where it does not matter how many there are.</summary>
    public RedisKey? Aside { get; } = task is { Bounds: not null, Owner.Length: > 0, Attachment.PayloadBytes: > 0 } ? (RedisKey?)keys.Aside(task.Owner) : null;

    /// <param name="same">Those that were seen to be the same.</param>
    /// <param name="aside">Those that were seen to have a payload aside.</param>
    public RedisKey[] Keys(IReadOnlyList<string> same, IReadOnlyList<string> aside)
    {
        var item = keys.Item(task.Id);
        var (keyGate, turnGate) = (gating.Passes.Key, gating.Passes.Turns);
        return
        [
            item, task.Lane.Key, task.Owner.Length == 0 ? item : keys.Owned(task.Owner), keys.Events(task.Id),
            keys.Chunks(task.Id, task.Attachment is { IsPayload: true }),
            task.Idempotency is null ? item : keys.Idempotency(task.Idempotency.Digest),
            task.Owner.Length == 0 ? item : keys.Erased(TaskPersonalData.Digest(task.Owner)), keys.Delayed(task.Lane.Queue),
            keyGate is null ? item : keys.Gate(keyGate), keyGate is null ? item : keys.Parked(keyGate),
            turnGate is null ? item : keys.Gate(turnGate), turnGate is null ? item : keys.Parked(turnGate), keys.GatesWaiting,
            keys.Index, unique is null ? item : keys.Unique(unique),
            task.Owner.Length == 0 ? item : keys.Open(task.Owner), Aside ?? item, keys.Waiting(task.Lane.Queue),
            .. same.Concat(task.DependsOn).SelectMany(id => new[] { keys.TaskOrBatch(id), keys.Dependants(id) }), .. aside.Select(keys.Payload),
        ];
    }

    public RedisValue[] Arguments(IReadOnlyList<string> same, IReadOnlyList<string> aside, string wakeChannel, TasksOptions options, DateTimeOffset now)
    {
        var arguments = new List<RedisValue>
        {
            task.Id, task.Idempotency?.Fingerprint ?? "", Milliseconds(TaskKeys.IdempotencyLifetime), task.Attachment?.Chunks ?? 0,
            Milliseconds(ChunksLifetime(options)), Milliseconds(TaskKeys.OpenLifetime + task.Delay),
            OldestOwned(now), Milliseconds(options.InputRetention), wakeChannel, Milliseconds(TaskKeys.OwnedLifetime),
            task.Lane.Name, Milliseconds(task.Delay), gating.Passes.Key ?? "", gating.KeyLimit, gating.Passes.Turns ?? "", gating.TurnLimit,
            unique ?? "", task.Unique?.While.ToWord() ?? "", task.Unique is { RunAgain: true } ? 1 : 0, same.Count, task.DependsOn.Count,
            (task.Unique is { RunAgain: true } ? AfterMode.Ended : task.After).ToWord(), task.DependsOnOwnOnly ? task.Owner : "",
            task.Bounds?.OpenTasks ?? 0, task.Attachment?.PayloadBytes ?? 0, task.Bounds?.AsideBytes ?? 0, aside.Count,
        };
        arguments.AddRange(same.Concat(task.DependsOn).Concat(aside).Select(id => (RedisValue)id));
        arguments.AddRange(["type", task.Type, "owner", task.Owner, "payload", task.Payload]);
        if (task.Idempotency is not null)
        {
            arguments.AddRange(["claim", task.Idempotency.Digest]);
        }

        if (task.TraceParent is not null)
        {
            arguments.AddRange(["traceparent", task.TraceParent]);
        }

        if (task.DependsOn.Count > 0)
        {
            arguments.AddRange(["dependsOn", string.Join(' ', task.DependsOn)]);
        }

        foreach (var (name, value) in task.Attachment?.Fields ?? [])
        {
            arguments.AddRange([name, value]);
        }

        return [.. arguments];
    }

    /// <summary>The records wait as long as the task does; a payload is there while the task is.</summary>
    private TimeSpan ChunksLifetime(TasksOptions options)
    {
        if (task.Attachment is { IsPayload: true })
        {
            return TaskKeys.OpenLifetime + task.Delay;
        }

        var lifetime = options.InputRetention + task.Delay;
        return lifetime < TaskKeys.LongestDataLifetime ? lifetime : TaskKeys.LongestDataLifetime;
    }

    /// <summary>Ids sort by the time they were made, so this one is above all that are too old to be listed.</summary>
    public static string OldestOwned(DateTimeOffset now) => PlatformId.New("tsk", now - TaskKeys.OwnedLifetime);

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;
}
