using Platform.Contracts;
using Platform.Tasks;
using StackExchange.Redis;

namespace TaskService.Tests.Functional;

internal static class DeadTasks
{
    /// <summary>Tasks that were given up, as they stand in Redis.</summary>
    public static async Task<string[]> AddAsync(IDatabase database, TaskKeys keys, int count, string type, string code, string message, DateTimeOffset at)
    {
        string[] ids = [.. Enumerable.Range(0, count).Select(_ => PlatformId.New("tsk"))];
        var batch = database.CreateBatch();
        var writes = new List<Task>
        {
            batch.SortedSetAddAsync(keys.Dead, [.. ids.Select(id => new SortedSetEntry(id, at.ToUnixTimeMilliseconds()))]),
            batch.SortedSetAddAsync(keys.Index, [.. ids.Select(id => new SortedSetEntry(id, 0))]),
        };
        foreach (var id in ids)
        {
            writes.Add(batch.HashSetAsync(keys.Item(id),
            [
                new("status", "dead"), new("type", type), new("lane", "aside.normal"), new("payload", "{}"), new("created", at.ToUnixTimeMilliseconds()), new("finished", at.ToUnixTimeMilliseconds()),
                new("errorCode", code), new("errorMessage", message), new("fence", 5), new("attempt", 5),
            ]));
            writes.Add(batch.KeyExpireAsync(keys.Item(id), TimeSpan.FromDays(7)));
        }

        writes.Add(batch.KeyExpireAsync(keys.Dead, TimeSpan.FromDays(7)));
        batch.Execute();
        await Task.WhenAll(writes);
        return ids;
    }
}
