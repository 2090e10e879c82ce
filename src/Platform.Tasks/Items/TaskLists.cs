using Platform.Contracts;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>Lists of tasks, newest first: a person's own, or everybody's.</summary>
internal sealed class TaskLists(RedisStore redis, TaskKeys keys, TaskStore tasks)
{
    /// <summary>A list reads at most this many tasks for one page, so that a filter that matches little costs little.</summary>
    private const int MostScanned = 500;

    /// <param name="owner">Whose tasks; everybody's where it is null.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="cursor">The last id of the page before.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Page<TaskItem>> ListAsync(string? owner, TaskFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var found = new List<TaskItem>(limit);
        for (var scanned = 0; scanned < MostScanned;)
        {
            var batch = Math.Clamp(limit, 50, 100);
            var ids = await ReadIdsAsync(owner, filter, cursor, batch, cancellationToken);
            var read = await tasks.FindAllAsync(ids, cancellationToken);
            scanned += ids.Length;
            for (var i = 0; i < ids.Length; i++)
            {
                cursor = ids[i];
                if (read[i] is { } task && filter.Includes(task))
                {
                    found.Add(task);
                    if (found.Count == limit)
                    {
                        return new Page<TaskItem>(found, i + 1 < ids.Length || ids.Length == batch ? cursor : null);
                    }
                }
            }

            if (ids.Length < batch)
            {
                return new Page<TaskItem>(found, null);
            }
        }

        return new Page<TaskItem>(found, cursor);
    }

    private async Task<string[]> ReadIdsAsync(string? owner, TaskFilter filter, string? cursor, int count, CancellationToken cancellationToken)
    {
        var above = cursor is null || string.CompareOrdinal(filter.Above, cursor) < 0 && filter.Above is not null ? filter.Above : cursor;
        var ids = await redis.ExecuteAsync(
            "task.list",
            database => database.SortedSetRangeByValueAsync(
                owner is null ? keys.Index : keys.Owned(owner), min: filter.Least ?? default(RedisValue), max: above ?? default(RedisValue),
                exclude: above is null ? Exclude.None : Exclude.Stop, order: Order.Descending, take: count),
            cancellationToken);
        return Array.ConvertAll(ids, id => (string)id!);
    }
}
