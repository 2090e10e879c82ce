using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Redis.Consumers;

/// <summary>
/// This process as a consumer of a stream. The group begins at the start of the stream and is made again when it is missing, so that
/// nothing that was added before is passed over, neither by the first worker nor after Redis lost its data.
/// </summary>
/// <param name="redis">Where the stream is.</param>
/// <param name="stream">The stream; it need not exist yet.</param>
/// <param name="group">The name of the group.</param>
/// <param name="operation">What the reads are called in traces and metrics, as in <c>outbox</c>.</param>
/// <param name="consumer">The consumer's name where it reads several streams; else it gets one of its own.</param>
public sealed class ConsumerGroup(RedisStore redis, RedisKey stream, string group, string operation, string? consumer = null)
{
    private const string New = ">";

    // Longer than any claim waits for.
    private static readonly TimeSpan Released = TimeSpan.FromDays(1);

    private static readonly RedisScript AcknowledgeEntry = RedisScript.FromResource(typeof(ConsumerGroup).Assembly, "AcknowledgeEntry.lua");
    private static readonly RedisScript ClaimEntries = RedisScript.FromResource(typeof(ConsumerGroup).Assembly, "ClaimEntries.lua");
    private static readonly RedisScript EnsureGroup = RedisScript.FromResource(typeof(ConsumerGroup).Assembly, "EnsureGroup.lua");
    private static readonly RedisScript ReleaseEntries = RedisScript.FromResource(typeof(ConsumerGroup).Assembly, "ReleaseEntries.lua");
    private static readonly RedisScript RemoveConsumer = RedisScript.FromResource(typeof(ConsumerGroup).Assembly, "RemoveConsumer.lua");

    /// <summary>A name that no other process has or had: entries of a dead namesake would look like this one's own.</summary>
    public string Consumer { get; } = consumer ?? NewConsumer();

    /// <summary>Names a consumer of this process.</summary>
    public static string NewConsumer() => $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():n}";

    /// <summary>The stream that is worked off.</summary>
    public RedisKey Stream => stream;

    /// <summary>The group's name.</summary>
    public string Group => group;

    /// <summary>Entries that nobody was given yet.</summary>
    public Task<StreamEntry[]> ReadNewAsync(int count, CancellationToken cancellationToken) => ExecuteAsync(
        ".read", database => database.StreamReadGroupAsync(stream, group, Consumer, New, count), cancellationToken);

    /// <summary>Entries that this consumer was given and has not acknowledged, from the one after <paramref name="position"/> on.</summary>
    public Task<StreamEntry[]> ReadOwnAsync(RedisValue position, int count, CancellationToken cancellationToken) => ExecuteAsync(
        ".read-own", database => database.StreamReadGroupAsync(stream, group, Consumer, position, count), cancellationToken);

    /// <summary>Takes over the oldest entries whose consumer gave no sign for the given time.</summary>
    public async Task<StreamEntry[]> ClaimAsync(TimeSpan idle, int count, CancellationToken cancellationToken)
    {
        var claimed = await WithGroupAsync(
            () => redis.EvaluateAsync(ClaimEntries, [stream], [group, Consumer, (long)idle.TotalMilliseconds, count], cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll((RedisResult[])claimed!, StreamReplies.Entry);
    }

    /// <summary>An entry was dealt with: it goes out of the stream.</summary>
    public Task AcknowledgeAsync(RedisValue entryId, CancellationToken cancellationToken) =>
        redis.EvaluateAsync(AcknowledgeEntry, [stream], [group, entryId], cancellationToken);

    /// <summary>Lets others claim at once what this consumer was given and has not acknowledged: it stops.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        // Each call begins after the last: what cannot be released, because it was trimmed, is not met again.
        RedisValue after = "";
        while (!after.IsNull)
        {
            after = (RedisValue)await redis.EvaluateAsync(
                ReleaseEntries, [stream], [group, Consumer, (long)Released.TotalMilliseconds, after], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How many entries wait, and how many were given out.</summary>
    public async Task<(long Waiting, long Pending)> DepthAsync(CancellationToken cancellationToken)
    {
        var length = await ExecuteAsync(".length", database => database.StreamLengthAsync(stream), cancellationToken).ConfigureAwait(false);
        var pending = (await ExecuteAsync(".pending", database => database.StreamPendingAsync(stream, group), cancellationToken).ConfigureAwait(false)).PendingMessageCount;
        return (Math.Max(0, length - pending), pending);
    }

    /// <summary>Forgets this consumer, and others that hold nothing and gave no sign for the given time.</summary>
    public async Task RemoveConsumersAsync(TimeSpan idle, bool includeThis, CancellationToken cancellationToken)
    {
        var consumers = await ExecuteAsync(".consumers", database => database.StreamConsumerInfoAsync(stream, group), cancellationToken).ConfigureAwait(false);
        foreach (var consumer in consumers)
        {
            if (consumer.Name == Consumer ? includeThis : consumer.PendingMessageCount == 0 && consumer.IdleTimeInMilliseconds > idle.TotalMilliseconds)
            {
                await redis.EvaluateAsync(RemoveConsumer, [stream], [group, consumer.Name], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task<T> ExecuteAsync<T>(string step, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken) =>
        WithGroupAsync(() => redis.ExecuteAsync(operation + step, command, cancellationToken), cancellationToken);

    /// <summary>Makes the group where it is missing, and asks again.</summary>
    private async Task<T> WithGroupAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (IsGroupMissing(exception))
        {
            await redis.EvaluateAsync(EnsureGroup, [stream], [group], cancellationToken).ConfigureAwait(false);
            return await ask().ConfigureAwait(false);
        }
    }

    /// <summary>NOGROUP is the answer to reading and claiming; asked about, a stream that is not there is simply no such key.</summary>
    private static bool IsGroupMissing(RedisServerException exception) =>
        exception.Message.Contains("NOGROUP", StringComparison.Ordinal) || exception.Message.Contains("no such key", StringComparison.Ordinal);
}
