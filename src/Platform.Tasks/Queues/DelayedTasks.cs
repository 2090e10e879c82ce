using Platform.Redis;
using Platform.Tasks.Client;
using Platform.Tasks.Gates;
using StackExchange.Redis;

namespace Platform.Tasks.Queues;

/// <summary>Tasks that wait for their time, beside the lanes: when it has come, they are queued.</summary>
internal sealed class DelayedTasks(RedisStore redis, TaskKeys keys, TaskLanes lanes)
{
    private const int MostPromoted = 100;

    /// <summary>Queues delayed tasks whose time has come.</summary>
    /// <returns>When the next is due, as far as is known; null when none is waiting.</returns>
    public async Task<DateTimeOffset?> PromoteDueAsync(CancellationToken cancellationToken)
    {
        var next = await Task.WhenAll(lanes.Queues.Select(queue => PromoteDueAsync(queue, cancellationToken)));
        return next.Min();
    }

    /// <summary>Queues those of one queue.</summary>
    public async Task<DateTimeOffset?> PromoteDueAsync(string queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            var first = await redis.ExecuteAsync("queue.delayed", database => ReadAsync(database, queue), cancellationToken);
            if (first.Length == 0)
            {
                return null;
            }

            // By the clock of Redis: those that are not due yet stay.
            var names = first.Select(task => task.Lane).Distinct(StringComparer.Ordinal).ToArray();
            var promoted = (int)await redis.EvaluateAsync(
                QueueScripts.PromoteDue,
                [keys.Delayed(queue), keys.GatesWaiting, .. names.Select(keys.Lane), .. first.SelectMany(KeysOf)],
                [
                    (long)TaskKeys.OpenLifetime.TotalMilliseconds, names.Length,
                    .. first.SelectMany(task => new RedisValue[]
                    {
                        task.Id, Array.IndexOf(names, task.Lane), task.Passes.First ?? "", task.Passes.Entry(task.Id, task.Lane),
                    }),
                ],
                cancellationToken);
            if (promoted < MostPromoted)
            {
                return first[Math.Min(promoted, first.Length - 1)].Due;
            }
        }
    }

    private IEnumerable<RedisKey> KeysOf(DelayedTask task)
    {
        var item = keys.Item(task.Id);
        return task.Passes.First is { } gate ? [item, keys.Gate(gate), keys.Parked(gate)] : [item, item, item];
    }

    private async Task<DelayedTask[]> ReadAsync(IDatabase database, string queue)
    {
        var members = await database.SortedSetRangeByRankWithScoresAsync(keys.Delayed(queue), 0, MostPromoted - 1);
        var fields = await Task.WhenAll(
            members.Select(member => database.HashGetAsync(keys.Item(member.Element!), ["lane", TaskPasses.KeyField, TaskPasses.TurnsField])));
        return
        [
            .. members.Select((member, i) => new DelayedTask(
                member.Element!, (string?)fields[i][0] ?? Lane.NameOf(queue, TaskPriority.Normal), new TaskPasses(fields[i][1], fields[i][2]),
                DateTimeOffset.FromUnixTimeMilliseconds((long)member.Score))),
        ];
    }

    private sealed record DelayedTask(string Id, string Lane, TaskPasses Passes, DateTimeOffset Due);
}
