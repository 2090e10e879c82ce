using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.People;
using Platform.Redis;
using Platform.Redis.Events;
using Platform.ServiceDefaults.PersonalData;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Gates;
using Platform.Tasks.Payloads;
using StackExchange.Redis;
using Platform.Tasks.Queues;

namespace Platform.Tasks.Items;

/// <summary>
/// A person's tasks, and those of others that are about the person. They are forgotten with their records and results; those that run are told to
/// stop, and can write nothing any more.
/// </summary>
internal sealed class TaskPersonalData(RedisStore redis, TaskKeys keys, TaskDependants dependants, TaskExport export, EventStreams events) : IPersonalData
{
    private const int MostTasks = 200;

    /// <summary>The mark has the person's id as a digest: it outlives the person.</summary>
    public static string Digest(string userId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(userId)).AsSpan(0, 16));

    /// <inheritdoc />
    public async Task<ErasureResponse> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        // From here on nothing is submitted any more, so what is listed now is all there is.
        await redis.ExecuteAsync(
            "task.erase", database => database.StringSetAsync(keys.Erased(Digest(userId)), "", PersonalDataExtensions.MarkerLifetime), cancellationToken);
        var (owned, fields) = await redis.ExecuteAsync("task.owned", database => ReadAsync(database, userId), cancellationToken);

        long tasks = 0, inputs = 0, results = 0;
        for (var i = 0; i < Math.Min(owned.Length, MostTasks); i++)
        {
            var (answer, released) = await EraseAsync(userId, owned[i]!, fields[i], cancellationToken);
            await dependants.ReleaseSoonAsync(released, cancellationToken);
            tasks += answer[0];
            inputs += answer[1];
            results += answer[2];
        }

        if (owned.Length > 0)
        {
            var erased = owned[..Math.Min(owned.Length, MostTasks)];
            await redis.ExecuteAsync("task.unnote", database => database.SortedSetRemoveAsync(keys.About(userId), erased), cancellationToken);
        }

        if (owned.Length <= MostTasks)
        {
            // Nobody is left who waits for a turn.
            var turns = Digest(userId);
            await redis.ExecuteAsync("task.erase-turns", database => RemoveBoundsAsync(database, userId, turns), cancellationToken);
        }

        return new ErasureResponse(
            owned.Length <= MostTasks, [new ErasedItems("tasks", tasks), new ErasedItems("inputs", inputs), new ErasedItems("results", results)]);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PersonalDataPart>> ExportAsync(string userId, CancellationToken cancellationToken) =>
        await redis.ExecuteAsync("task.erased", database => database.KeyExistsAsync(keys.Erased(Digest(userId))), cancellationToken)
            ? throw ErasureProblems.PersonErased()
            : [
                new PersonalDataPart("tasks", export.ReadAsync(userId, cancellationToken)),
                new PersonalDataPart("exports", export.ReadAboutAsync(userId, cancellationToken)),
            ];

    private async Task<(long[] Erased, string[] Released)> EraseAsync(string userId, string taskId, RedisValue[] fields, CancellationToken cancellationToken)
    {
        var item = keys.Item(taskId);
        var (claim, lane, passes) = (fields[0], fields[1], new TaskPasses(fields[2], fields[3]));
        var (unique, batch, owner) = (fields[4], fields[5], fields[6].IsNullOrEmpty ? userId : (string)fields[6]!);
        var answer = await redis.EvaluateAsync(
            TaskScripts.EraseTask,
            [
                item, lane.IsNullOrEmpty ? item : keys.Lane(lane!), lane.IsNullOrEmpty ? item : keys.Delayed(Lane.QueueOf(lane!)), keys.Dead,
                keys.Owned(owner), keys.Events(taskId), keys.Chunks(taskId, !fields[7].IsNull), keys.Result(taskId), keys.ResultIndex(taskId),
                claim.IsNullOrEmpty ? item : keys.Idempotency(claim!),
                passes.Key is null ? item : keys.Gate(passes.Key), passes.Turns is null ? item : keys.Gate(passes.Turns), keys.Index,
                unique.IsNull ? item : keys.Unique(unique!), keys.Releases, batch.IsNull ? item : keys.Batch(batch!),
                keys.Open(owner), keys.Aside(owner), lane.IsNullOrEmpty ? item : keys.Waiting(Lane.QueueOf(lane!)),
            ],
            [taskId, TaskQueue.Group, events.WakeChannel, batch.IsNull ? "" : batch], cancellationToken);
        return ((long[])answer[0]!, (string[])answer[1]!);
    }

    private Task RemoveBoundsAsync(IDatabase database, string userId, string gate) => Task.WhenAll(
        database.KeyDeleteAsync([keys.Gate(gate), keys.Parked(gate), keys.Open(userId), keys.Aside(userId)]), database.SortedSetRemoveAsync(keys.GatesWaiting, gate));

    /// <summary>The person's tasks, and those of others that are about the person. One more than a call takes tells whether there are more.</summary>
    private async Task<(RedisValue[] Owned, RedisValue[][] Fields)> ReadAsync(IDatabase database, string userId)
    {
        var about = database.SortedSetRangeByRankAsync(keys.About(userId), 0, MostTasks);
        RedisValue[] owned = [.. (await database.SortedSetRangeByRankAsync(keys.Owned(userId), 0, MostTasks)).Union(await about)];
        return (owned, await Task.WhenAll(
            owned.Select(id => database.HashGetAsync(
                keys.Item(id!), ["claim", "lane", TaskPasses.KeyField, TaskPasses.TurnsField, "unique", "batch", "owner", StoredPayload.LengthField]))));
    }
}
