using System.Runtime.CompilerServices;
using Platform.Redis;
using Platform.Redis.Consumers;
using StackExchange.Redis;

namespace Platform.Tasks.Items;

/// <summary>
/// Finds ids of tasks that are no longer kept in the lists that outlive them: of people, of what is about people, of dead letters and of unique tasks.
/// An id enters a list in the step that makes its task and is used once, so what is gone does not come back, and what is there is not touched.
/// </summary>
internal sealed class GoneTasks(RedisStore redis, TaskKeys keys)
{
    private const int PageSize = 500;
    private const string Unique = "unique";

    /// <summary>Kinds of lists, in the order in which they are looked through.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["owned", "about", Unique, "dead"];

    /// <summary>Looks through the lists of a kind, a bounded piece at a time.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="remove">Whether what is found is taken out; else it is counted.</param>
    /// <param name="cancellationToken">Gives up; what was taken out stays so.</param>
    /// <returns>For each piece how many ids of it are gone.</returns>
    public async IAsyncEnumerable<int> PurgeAsync(string kind, bool remove, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var list in ListsAsync(kind, cancellationToken))
        {
            for (var from = 0; ;)
            {
                var start = from;
                var ids = await ExecuteAsync("gone.read", database => ReadAsync(database, kind, list, start), cancellationToken);
                var kept = await ExecuteAsync(
                    "gone.look", database => Task.WhenAll(ids.Select(id => database.KeyExistsAsync(keys.Item(id!)))), cancellationToken);
                var gone = ids.Where((_, i) => !kept[i]).ToArray();
                if (remove && gone.Length > 0)
                {
                    await ExecuteAsync("gone.remove", database => RemoveAsync(database, kind, list, gone), cancellationToken);
                }

                yield return gone.Length;

                // A set is read as a whole. It names the open tasks of one kind, and what was given up since the last of them came.
                if (ids.Length < PageSize || kind == Unique)
                {
                    break;
                }

                from += remove ? ids.Length - gone.Length : ids.Length;
            }
        }
    }

    private IAsyncEnumerable<RedisKey> ListsAsync(string kind, CancellationToken cancellationToken) => kind switch
    {
        "owned" => ScanAsync(keys.AllOwned, cancellationToken),
        "about" => ScanAsync(keys.AllAbout, cancellationToken),
        Unique => ScanAsync(keys.AllUnique, cancellationToken),
        _ => new[] { keys.Dead }.ToAsyncEnumerable(),
    };

    private async IAsyncEnumerable<RedisKey> ScanAsync(RedisValue pattern, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // All keys of the tasks share a slot: one server has them.
        var (server, number) = await ExecuteAsync(
            "gone.server",
            async database => (database.Multiplexer.GetServer((await database.IdentifyEndpointAsync(keys.Index))!), database.Database), cancellationToken);
        await foreach (var key in server.KeysAsync(number, pattern, PageSize).WithCancellation(cancellationToken))
        {
            yield return key;
        }
    }

    private static Task<RedisValue[]> ReadAsync(IDatabase database, string kind, RedisKey list, int from) => kind == Unique
        ? database.SetMembersAsync(list)
        : database.SortedSetRangeByRankAsync(list, from, from + PageSize - 1);

    private static Task<long> RemoveAsync(IDatabase database, string kind, RedisKey list, RedisValue[] gone) =>
        kind == Unique ? database.SetRemoveAsync(list, gone) : database.SortedSetRemoveAsync(list, gone);

    private Task<T> ExecuteAsync<T>(string operation, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken) =>
        RedisPatience.UntilAnsweredAsync(() => redis.ExecuteAsync(operation, command, cancellationToken), cancellationToken);
}
