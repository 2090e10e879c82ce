using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Client;

/// <summary>Enqueues tasks whose first attempt needs nothing but what its entry holds: many with one trip.</summary>
internal sealed class PlainTasks
{
    private const int MostTasks = 128;
    private const int MostBytes = 512 * 1024;
    private const int MostOnTheirWay = 2;
    private const int ArgumentsEach = 6;

    private static readonly RedisScript EnqueueTasks = RedisScript.FromResource(typeof(PlainTasks).Assembly, "EnqueueTasks.lua");

    private readonly RedisStore _redis;
    private readonly TaskKeys _keys;
    private readonly TasksMetrics _metrics;
    private readonly Bundler<PlainTask, bool> _bundler;

    public PlainTasks(RedisStore redis, TaskKeys keys, TasksMetrics metrics)
    {
        _redis = redis;
        _keys = keys;
        _metrics = metrics;
        _bundler = new Bundler<PlainTask, bool>(MostTasks, MostBytes, MostOnTheirWay, async tasks =>
        {
            await SendAsync(tasks, CancellationToken.None);
            return new bool[tasks.Count];
        });
    }

    /// <summary>Enqueues a task together with those of other callers.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses; nothing of the task is there, unless its outcome is unknown.</exception>
    public Task EnqueueAsync(PlainTask task) => _bundler.SendAsync(task, task.Payload.Length);

    /// <summary>Enqueues tasks that one caller has at hand.</summary>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses; those before are there.</exception>
    public async Task EnqueueAsync(PlainTask[] tasks, CancellationToken cancellationToken)
    {
        var (from, bytes) = (0, 0);
        for (var i = 0; i < tasks.Length; i++)
        {
            bytes += tasks[i].Payload.Length;
            if (i + 1 == tasks.Length || i + 1 - from == MostTasks || bytes >= MostBytes)
            {
                await SendAsync(new ArraySegment<PlainTask>(tasks, from, i + 1 - from), cancellationToken);
                (from, bytes) = (i + 1, 0);
            }
        }
    }

    private async Task SendAsync(IReadOnlyList<PlainTask> tasks, CancellationToken cancellationToken)
    {
        var lanes = new List<Lane>(1);
        var arguments = new RedisValue[3 + (ArgumentsEach * tasks.Count)];
        for (var (i, a) = (0, 3); i < tasks.Count; i++)
        {
            var task = tasks[i];
            var lane = lanes.IndexOf(task.Lane);
            if (lane < 0)
            {
                lane = lanes.Count;
                lanes.Add(task.Lane);
            }

            arguments[a++] = task.Id;
            arguments[a++] = lane;
            arguments[a++] = task.Lane.Name;
            arguments[a++] = task.Type;
            arguments[a++] = task.Payload;
            arguments[a++] = task.TraceParent ?? "";
        }

        arguments[0] = lanes.Count;
        arguments[1] = (long)TaskKeys.OpenLifetime.TotalMilliseconds;
        arguments[2] = string.Create(tasks.Count, tasks, static (listed, tasks) =>
        {
            for (var i = 0; i < listed.Length; i++)
            {
                listed[i] = tasks[i].IsListed ? '1' : '0';
            }
        });
        var keys = new RedisKey[1 + lanes.Count + tasks.Count];
        keys[0] = _keys.Index;
        for (var i = 1; i < keys.Length; i++)
        {
            keys[i] = i <= lanes.Count ? lanes[i - 1].Key : _keys.Item(tasks[i - lanes.Count - 1].Id);
        }

        await _redis.EvaluateAsync(EnqueueTasks, keys, arguments, cancellationToken);
        for (var i = 0; i < tasks.Count; i++)
        {
            _metrics.Submitted(tasks[i].Type);
        }
    }
}

/// <summary>A task whose first attempt needs nothing but what its entry holds.</summary>
/// <param name="IsListed">Whether it is in the list of all tasks; else only while it is among the dead letters.</param>
internal sealed record PlainTask(string Id, Lane Lane, string Type, byte[] Payload, string? TraceParent, bool IsListed = true);
