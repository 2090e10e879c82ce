using System.Text.Json;
using Platform.Benchmarks.Tasks.Harness;
using StackExchange.Redis;

namespace Platform.Benchmarks.Tasks.Sections;

/// <summary>The raw client, doing the least.</summary>
internal static class Floors
{
    public const int BatchSize = 100;

    private static readonly RedisKey Stream = "bench:stream";
    private static readonly RedisValue Field = "data";
    private static readonly RedisValue Payload = JsonSerializer.SerializeToUtf8Bytes(JobPayload.One, JsonSerializerOptions.Web);

    public static async Task<int> AddAsync(IDatabase database)
    {
        await database.StreamAddAsync(Stream, Field, Payload);
        return 1;
    }

    public static async Task<int> AddBatchAsync(IDatabase database)
    {
        var batch = database.CreateBatch();
        var replies = new Task[BatchSize];
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = batch.StreamAddAsync(Stream, Field, Payload);
        }

        batch.Execute();
        await Task.WhenAll(replies);
        return BatchSize;
    }

    public static async Task FillAsync(IDatabase database, int count)
    {
        await database.StreamCreateConsumerGroupAsync(Stream, "group", "0", createStream: true);
        for (var left = count; left > 0; left -= BatchSize)
        {
            await AddBatchAsync(database);
        }
    }

    /// <summary>Reads for a group, acknowledges and deletes, 64 at a time, until nothing is left.</summary>
    public static async Task<long> ConsumeAsync(IDatabase database, int readers)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, readers).Select(reader => Task.Run(async () =>
        {
            long count = 0;
            while (await database.StreamReadGroupAsync(Stream, "group", $"reader-{reader}", ">", 64) is { Length: > 0 } entries)
            {
                var ids = Array.ConvertAll(entries, entry => entry.Id);
                var acknowledged = database.StreamAcknowledgeAsync(Stream, "group", ids);
                await database.StreamDeleteAsync(Stream, ids);
                await acknowledged;
                count += ids.Length;
            }

            return count;
        })));
        return counts.Sum();
    }
}
