using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>Puts tasks that ended without success back, so that they are tried again from the first attempt.</summary>
internal sealed class TaskRetries(RedisStore redis, TaskKeys keys, EventStreams events, IOptions<TasksOptions> options)
{
    private const int FixedArguments = 6;

    private static readonly RedisScript RetryTasks = RedisScript.FromResource(typeof(TaskRetries).Assembly, "RetryTasks.lua");

    public async Task<RetryOutcome> RetryAsync(TaskItem task, CancellationToken cancellationToken) =>
        (await SendAsync([(task.Id, task.Lane)], caller: null, total: 0, cancellationToken))![0];

    /// <summary>Puts dead letters back in the name of a task that does so.</summary>
    /// <param name="letters">Ids and lanes.</param>
    /// <param name="caller">Its progress is how many were put back.</param>
    /// <param name="total">How many there will be.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null when another attempt holds the caller.</returns>
    public Task<RetryOutcome[]?> RetryDeadAsync(
        IReadOnlyList<(string Id, string Lane)> letters, Delivery caller, long total, CancellationToken cancellationToken) =>
        SendAsync(letters, caller, total, cancellationToken);

    private async Task<RetryOutcome[]?> SendAsync(
        IReadOnlyList<(string Id, string Lane)> tasks, Delivery? caller, long total, CancellationToken cancellationToken)
    {
        var touched = new List<RedisKey>(3 + (6 * tasks.Count))
        {
            keys.Dead, caller is null ? keys.Dead : keys.Item(caller.Task.Id), caller is null ? keys.Dead : keys.Events(caller.Task.Id),
        };
        var arguments = new List<RedisValue>(FixedArguments + tasks.Count)
        {
            (long)TaskKeys.OpenLifetime.TotalMilliseconds, (long)options.Value.ResultRetention.TotalMilliseconds, events.WakeChannel,
            caller is null ? 0 : 1, caller?.Task.Fence ?? RedisValue.EmptyString, total,
        };
        foreach (var (id, lane) in tasks)
        {
            touched.AddRange([keys.Item(id), keys.Events(id), keys.Delayed(Lane.QueueOf(lane)), keys.Input(id), keys.Result(id), keys.ResultIndex(id)]);
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

    /// <summary>It came with records, which are no longer kept.</summary>
    InputGone = 2,
}
