using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>
/// Takes out of the list of all tasks what is no longer kept. Each call looks at the next ids, from the oldest on, and goes on as long as most of
/// them are gone, so that the list stays as long as what it lists.
/// </summary>
internal sealed class IndexTrim(RedisStore redis, TaskKeys keys)
{
    private const int Batch = 500;
    private const int MostBatches = 100;

    private RedisValue _after;

    /// <returns>How many were taken out.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var i = 0; i < MostBatches; i++)
        {
            var (looked, gone) = await TrimAsync(cancellationToken);
            removed += gone;
            if (gone * 2 < Batch)
            {
                _after = looked < Batch ? default : _after;
                break;
            }
        }

        return removed;
    }

    private async Task<(int Looked, int Gone)> TrimAsync(CancellationToken cancellationToken)
    {
        var ids = await redis.ExecuteAsync(
            "index.read",
            database => database.SortedSetRangeByValueAsync(keys.Index, min: _after, exclude: _after.IsNull ? Exclude.None : Exclude.Start, take: Batch),
            cancellationToken);
        if (ids.Length == 0)
        {
            return (0, 0);
        }

        var kept = await redis.ExecuteAsync(
            "index.look", database => Task.WhenAll(ids.Select(id => database.KeyExistsAsync(keys.Item(id!)))), cancellationToken);
        _after = ids[^1];

        // An id is used once: what is gone does not come back.
        var gone = ids.Where((_, i) => !kept[i]).ToArray();
        if (gone.Length > 0)
        {
            await redis.ExecuteAsync("index.trim", database => database.SortedSetRemoveAsync(keys.Index, gone), cancellationToken);
        }

        return (ids.Length, gone.Length);
    }
}
