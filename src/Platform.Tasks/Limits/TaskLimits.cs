using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Redis.RateLimiting;
using Platform.Tasks.Handlers;
using Platform.Tasks.Queues;

namespace Platform.Tasks.Limits;

/// <summary>
/// How often tasks of a type or a queue may be begun, over all workers together: policies of the rate limiter. Where neither has one, nothing is
/// asked.
/// </summary>
internal sealed class TaskLimits
{
    private readonly IRateLimits? _limits;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, string> _queues;
    private readonly ConcurrentDictionary<string, TaskLimitTurns> _turns = new(StringComparer.Ordinal);

    public TaskLimits(IServiceProvider services, TimeProvider time, IOptions<TasksOptions> options)
    {
        _limits = services.GetService<IRateLimits>();
        _time = time;
        _queues = new Dictionary<string, string>(options.Value.QueueLimits, StringComparer.Ordinal);
    }

    /// <summary>Takes a permit of each limit that holds for a task.</summary>
    /// <returns>Null when it may be begun; else how long it has to wait before it asks again.</returns>
    public ValueTask<TimeSpan?> AcquireAsync(TaskType type, Lane lane, CancellationToken cancellationToken) =>
        type.Options.RateLimit is null && _queues.Count == 0
            ? ValueTask.FromResult<TimeSpan?>(null)
            : AskAsync(type, lane, cancellationToken);

    private async ValueTask<TimeSpan?> AskAsync(TaskType type, Lane lane, CancellationToken cancellationToken)
    {
        // That of the type first: a permit of the queue is of use to other types.
        if (type.Options.RateLimit is { } ofType && await TakeAsync(ofType, $"type {type.Name}", cancellationToken) is { } wait)
        {
            return wait;
        }

        return _queues.TryGetValue(lane.Queue, out var ofQueue) ? await TakeAsync(ofQueue, $"queue {lane.Queue}", cancellationToken) : null;
    }

    private async ValueTask<TimeSpan?> TakeAsync(string policy, string counted, CancellationToken cancellationToken)
    {
        var result = await _limits!.CheckPolicyAsync(policy, counted, cost: 1, cancellationToken);
        return result.Allowed ? null : _turns.GetOrAdd(counted, static _ => new TaskLimitTurns()).Next(result, _time.GetUtcNow());
    }
}
