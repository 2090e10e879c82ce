using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Client;

/// <summary>
/// Enqueues plain tasks of types that are forgotten as soon as they are done. Such a task has no record unless its attempt lasts or fails: a
/// hash for each would cost Redis several times what the entry does, to be thrown away a moment later.
/// </summary>
internal sealed class UnrecordedTasks(RedisStore redis, TasksMetrics metrics)
{
    private const int MostTasks = 128;
    private const int MostBytes = 512 * 1024;

    private static readonly RedisScript EnqueueUnrecorded = RedisScript.FromResource(typeof(UnrecordedTasks).Assembly, "EnqueueUnrecorded.lua");

    /// <summary>Enqueues a task: one command, which shares its packet with those of other callers.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses; nothing of the task is there, unless its outcome is unknown.</exception>
    public async Task EnqueueAsync(Lane lane, string type, byte[] packed, CancellationToken cancellationToken)
    {
        await redis.ExecuteAsync(
            "tasks.enqueue", (lane.Key, Packed: packed),
            static (database, task) => database.StreamAddAsync(task.Key, PackedTask.Field, task.Packed), cancellationToken);
        metrics.Submitted(type);
    }

    /// <summary>Enqueues tasks that one caller has at hand.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses; those before are there.</exception>
    public async Task EnqueueAsync(Lane lane, string type, byte[][] packed, CancellationToken cancellationToken)
    {
        var (from, bytes) = (0, 0);
        for (var i = 0; i < packed.Length; i++)
        {
            bytes += packed[i].Length;
            if (i + 1 == packed.Length || i + 1 - from == MostTasks || bytes >= MostBytes)
            {
                RedisValue[] arguments = Array.ConvertAll(packed[from..(i + 1)], task => (RedisValue)task);
                await redis.EvaluateAsync(EnqueueUnrecorded, [lane.Key], arguments, cancellationToken);
                metrics.Submitted(type, arguments.Length);
                (from, bytes) = (i + 1, 0);
            }
        }
    }
}
