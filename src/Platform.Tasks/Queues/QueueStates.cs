using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Tasks.Queues;

/// <summary>Queues as those who run them see them: how they stand, and whether anything is taken from them.</summary>
internal sealed class QueueStates(RedisStore redis, TaskKeys keys, TaskLanes lanes)
{
    private readonly RedisKey[] _keys = [keys.Paused, .. lanes.Queues.Select(keys.Delayed), .. lanes.Queues.Select(keys.Waiting), .. lanes.All.Select(lane => lane.Key)];
    private readonly RedisValue[] _arguments = [TaskQueue.Group, .. lanes.Queues.Select(queue => (RedisValue)queue)];

    /// <summary>How all queues stand, in one trip.</summary>
    public async Task<IReadOnlyList<QueueState>> ReadAsync(CancellationToken cancellationToken)
    {
        var answer = await redis.EvaluateAsync(QueueScripts.LookAtQueues, _keys, _arguments, cancellationToken);
        var now = (long)answer[0];
        var found = lanes.All.Select((lane, i) =>
        {
            var state = (long[])answer[2][i]!;
            return new LaneState(lane, state[0], state[1], state[2] < 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(0, now - state[2])), state[3]);
        }).ToLookup(state => state.Lane.Queue, StringComparer.Ordinal);
        return
        [
            .. lanes.Queues.Select((queue, i) =>
            {
                var state = (long[])answer[1][i]!;
                return new QueueState(queue, state[0] >= 0, Time(state[0]), [.. found[queue]], state[1], Time(state[2]), state[3]);
            }),
        ];
    }

    /// <summary>From now on, and within a second in every worker, nothing is taken from the queue. What runs goes on.</summary>
    /// <param name="queue">Its name.</param>
    /// <param name="duration">For how long; null where <paramref name="until"/> says it, or somebody will end it.</param>
    /// <param name="until">Until when; null where <paramref name="duration"/> says it, or somebody will end it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task PauseAsync(string queue, TimeSpan? duration, DateTimeOffset? until, CancellationToken cancellationToken) => redis.EvaluateAsync(
        QueueScripts.PauseQueue, [keys.Paused], [queue, (long)(duration?.TotalMilliseconds ?? 0), until?.ToUnixTimeMilliseconds() ?? 0], cancellationToken);

    public Task ResumeAsync(string queue, CancellationToken cancellationToken) =>
        redis.ExecuteAsync("queue.resume", database => database.HashDeleteAsync(keys.Paused, queue), cancellationToken);

    private static DateTimeOffset? Time(long milliseconds) => milliseconds > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
