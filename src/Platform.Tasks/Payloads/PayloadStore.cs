using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using StackExchange.Redis;

namespace Platform.Tasks.Payloads;

/// <summary>
/// Payloads that lie aside: written chunk by chunk before their task is submitted, each sealed for its task and place, and read in the same way. One
/// whose task never comes expires.
/// </summary>
internal sealed class PayloadStore(
    RedisStore redis, TaskKeys keys, TaskSecrets secrets, TaskDigests digests, IOptions<TasksOptions> options, ILogger<PayloadStore> logger)
{
    public const int ChunkBytes = 64 * 1024;

    /// <summary>What is written to this is the payload of a task that will be submitted.</summary>
    public PayloadWriter Begin(string taskId) => new(this, taskId, options.Value.PayloadLimit, digests.Begin("payload\n"));

    /// <exception cref="PayloadTooLargeException">It is larger than payloads may be.</exception>
    public async Task<StoredPayload> WriteAsync<TPayload>(string taskId, TPayload payload, CancellationToken cancellationToken)
    {
        await using var writer = Begin(taskId);
        if (payload is Stream stream)
        {
            await stream.CopyToAsync(writer, cancellationToken);
        }
        else
        {
            await JsonSerializer.SerializeAsync(writer, payload, PayloadJson.Options, cancellationToken);
        }

        return await writer.CompleteAsync(cancellationToken);
    }

    /// <param name="payload">As it is to stand there.</param>
    /// <exception cref="PayloadTooLargeException">It is larger than payloads may be.</exception>
    public async Task<StoredPayload> WriteBytesAsync(string taskId, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await using var writer = Begin(taskId);
        await writer.WriteAsync(payload, cancellationToken);
        return await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>Reads what a task has aside. Its life is that of the task: it begins anew with every attempt.</summary>
    public PayloadReader Open(TaskItem task, StoredPayload stored) => new(stored, digests.Begin("payload\n"), (number, cancellationToken) => RedisPatience.UntilAnsweredAsync(
        async () =>
        {
            if (number == 0)
            {
                await redis.ExecuteAsync(
                    "task.payload.keep", database => database.KeyExpireAsync(keys.Payload(task.Id), TaskKeys.OpenLifetime, ExpireWhen.GreaterThanCurrentExpiry),
                    cancellationToken);
            }

            return await ReadAsync(task.Id, number, cancellationToken);
        },
        cancellationToken));

    /// <summary>Reads what was written for a task that is about to be submitted; while Redis is away, nothing is waited for.</summary>
    public PayloadReader Open(string taskId, StoredPayload stored) =>
        new(stored, digests.Begin("payload\n"), (number, cancellationToken) => ReadAsync(taskId, number, cancellationToken));

    /// <summary>Removes what was written; left alone, it would expire by itself.</summary>
    public async Task DiscardAsync(string taskId)
    {
        try
        {
            // Also when the caller has gone: that is when there is most to remove.
            await redis.ExecuteAsync("task.payload.discard", database => database.KeyDeleteAsync(keys.Payload(taskId)), CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            logger.PayloadLeftToExpire(taskId);
        }
    }

    internal byte[] Seal(string taskId, int number, ReadOnlySpan<byte> chunk) => secrets.Sealer.Sealer.Seal(chunk, Place(taskId, number));

    internal async Task AppendAsync(string taskId, List<RedisValue> chunks, CancellationToken cancellationToken) => await redis.EvaluateAsync(
        TaskScripts.AppendChunks, [keys.Payload(taskId)], [(long)TaskKeys.UploadLifetime.TotalMilliseconds, .. chunks], cancellationToken);

    private async Task<byte[]> ReadAsync(string taskId, int number, CancellationToken cancellationToken)
    {
        var chunk = await redis.ExecuteAsync(
            "task.payload.read", database => database.ListGetByIndexAsync(keys.Payload(taskId), number), cancellationToken);
        if (chunk.IsNull)
        {
            throw new TaskFailedException("payload_expired", "The payload was no longer there. Submit the task again.");
        }

        return secrets.Sealer.Sealer.TryOpen((byte[])chunk!, Place(taskId, number), out var opened) ? opened : throw new UndecodablePayloadException();
    }

    private static byte[] Place(string taskId, int number) => Encoding.UTF8.GetBytes($"{taskId}|payload|{number}");
}
