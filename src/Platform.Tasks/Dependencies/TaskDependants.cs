using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using Platform.Tasks.Gates;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Dependencies;

/// <summary>
/// Releases tasks when what they wait for has ended. That it ended was noted with its end; whoever ended it releases at once, and upkeep, once a
/// second, whom one who died in between has left.
/// </summary>
internal sealed class TaskDependants(RedisStore redis, TaskKeys keys, TaskGates gates, EventStreams events)
{
    private const int MostEnded = 50;
    private const int MostDependants = 100;

    private static readonly RedisScript ReleaseDependants = RedisScript.FromResource(typeof(TaskDependants).Assembly, "ReleaseDependants.lua");

    /// <summary>Those of tasks that ended longest ago.</summary>
    public async Task ReleaseEndedAsync(CancellationToken cancellationToken)
    {
        var ended = await redis.ExecuteAsync(
            "dependants.ended", database => database.SortedSetRangeByRankAsync(keys.Releases, 0, MostEnded - 1), cancellationToken);
        foreach (var id in ended)
        {
            await ReleaseAsync(id!, cancellationToken);
        }
    }

    /// <summary>Those of tasks and batches that the end of a task told of. Where Redis is away upkeep does it.</summary>
    public async Task ReleaseSoonAsync(IEnumerable<string> ended, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var id in ended)
            {
                await ReleaseAsync(id, cancellationToken);
            }
        }
        catch (RedisUnavailableException)
        {
            return;
        }
    }

    private async Task ReleaseAsync(string ended, CancellationToken cancellationToken)
    {
        var parkedAt = new HashSet<string>(StringComparer.Ordinal);
        var left = MostDependants;
        while (left > 0)
        {
            var dependants = await redis.ExecuteAsync("dependants.read", database => ReadAsync(database, ended), cancellationToken);
            left = (int)await redis.EvaluateAsync(
                ReleaseDependants,
                [keys.TaskOrBatch(ended), keys.Dependants(ended), keys.Releases, keys.GatesWaiting, .. dependants.SelectMany(KeysOf)],
                [
                    ended, (long)TaskKeys.OpenLifetime.TotalMilliseconds, events.WakeChannel,
                    .. dependants.SelectMany(task => new RedisValue[] { task.Id, task.Passes.First ?? "", task.Passes.Entry(task.Id, task.Lane ?? "") }),
                ],
                cancellationToken);
            parkedAt.UnionWith(dependants.Select(task => task.Passes.First).OfType<string>());
        }

        foreach (var gate in parkedAt)
        {
            await gates.AdmitAsync(gate, cancellationToken);
        }
    }

    private IEnumerable<RedisKey> KeysOf(Dependant task)
    {
        // One that is no more has no lane; it is only taken out.
        var item = keys.Item(task.Id);
        return
        [
            item, task.Lane is null ? item : keys.Lane(task.Lane), task.Lane is null ? item : keys.Delayed(Lane.QueueOf(task.Lane)), keys.Events(task.Id),
            task.Passes.First is { } gate ? keys.Parked(gate) : item, task.Lane is null ? item : keys.Waiting(Lane.QueueOf(task.Lane)),
        ];
    }

    private async Task<Dependant[]> ReadAsync(IDatabase database, string ended)
    {
        var ids = await database.SetRandomMembersAsync(keys.Dependants(ended), MostDependants);
        var fields = await Task.WhenAll(
            ids.Select(id => database.HashGetAsync(keys.Item(id!), ["lane", TaskPasses.KeyField, TaskPasses.TurnsField])));
        return [.. ids.Select((id, i) => new Dependant(id!, fields[i][0], new TaskPasses(fields[i][1], fields[i][2])))];
    }

    private sealed record Dependant(string Id, string? Lane, TaskPasses Passes);
}
