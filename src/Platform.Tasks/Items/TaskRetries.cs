using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>Puts tasks that ended without success back, so that they are tried again from the first attempt.</summary>
internal sealed class TaskRetries(RedisStore redis, TaskKeys keys, EventStreams events, IOptions<TasksOptions> options)
{
    private const int FixedArguments = 8;

    private static readonly RedisScript RetryTasks = RedisScript.FromResource(typeof(TaskRetries).Assembly, "RetryTasks.lua");

    /// <param name="mostOpen">How many open tasks its owner may have with it; 0 where it does not matter.</param>
    public async Task<RetryOutcome> RetryAsync(TaskItem task, int mostOpen, CancellationToken cancellationToken)
    {
        var letter = new DeadLetter(task.Id, task.Lane, DiedAt: 0) { Unique = task.Text("unique"), HasPayloadAside = task.HasPayloadAside, Owner = task.Owner };
        return (await SendAsync([letter], caller: null, total: 0, mostOpen, cancellationToken))![0];
    }

    /// <summary>Puts dead letters back in the name of a task that does so.</summary>
    /// <param name="letters">Which ones.</param>
    /// <param name="caller">Its progress is how many were put back.</param>
    /// <param name="total">How many there will be.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null when another attempt holds the caller.</returns>
    public Task<RetryOutcome[]?> RetryDeadAsync(
        IReadOnlyList<DeadLetter> letters, Delivery caller, long total, CancellationToken cancellationToken) =>
        SendAsync(letters, caller, total, mostOpen: 0, cancellationToken);

    private async Task<RetryOutcome[]?> SendAsync(
        IReadOnlyList<DeadLetter> tasks, Delivery? caller, long total, int mostOpen, CancellationToken cancellationToken)
    {
        var touched = new List<RedisKey>(3 + (8 * tasks.Count))
        {
            keys.Dead, caller is null ? keys.Dead : keys.Item(caller.Task.Id), caller is null ? keys.Dead : keys.Events(caller.Task.Id),
        };
        var arguments = new List<RedisValue>(FixedArguments + tasks.Count)
        {
            (long)TaskKeys.OpenLifetime.TotalMilliseconds, (long)options.Value.ResultRetention.TotalMilliseconds, events.WakeChannel,
            caller is null ? 0 : 1, caller?.Task.Fence ?? RedisValue.EmptyString, total,
            mostOpen, (long)TaskKeys.OwnedLifetime.TotalMilliseconds,
        };
        foreach (var task in tasks)
        {
            var id = task.Id;
            touched.AddRange(
            [
                keys.Item(id), keys.Events(id), keys.Delayed(Lane.QueueOf(task.Lane)), keys.Chunks(id, task.HasPayloadAside), keys.Result(id), keys.ResultIndex(id),
                task.Unique is null ? keys.Item(id) : keys.Unique(task.Unique), task.Owner.Length == 0 ? keys.Item(id) : keys.Open(task.Owner),
            ]);
            arguments.Add(id);
        }

        var answer = (long[])(await redis.EvaluateAsync(RetryTasks, [.. touched], [.. arguments], cancellationToken))!;
        return answer is [-1] ? null : Array.ConvertAll(answer, outcome => (RetryOutcome)outcome);
    }
}

internal enum RetryOutcome
{
    /// <summary>It has not ended, or has succeeded, or is gone.</summary>
    NotEnded = 0,
    Queued = 1,

    /// <summary>It came with records or a large payload, which are no longer kept.</summary>
    InputGone = 2,

    /// <summary>Another that is the same is open, beside which it is not taken.</summary>
    Duplicate = 3,

    /// <summary>Its owner has as many open as may be.</summary>
    TooManyOpen = 4,
}
