using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.OutputCaching;
using StackExchange.Redis;

namespace Aspire.StackExchange.Redis.OutputCaching;

/// <summary>
/// Responses are strings that expire; a tag is a sorted set of the keys that carry it, by expiry. Response and tags are written in
/// one step, and removed in one step, so a response never outlives the eviction of a tag that it was stored with.
/// </summary>
internal sealed class RedisOutputCacheStore(IConnectionMultiplexer connection, string? instanceName) : IOutputCacheBufferStore
{
    private const string ValuePrefix = "__MSOCV_";
    private const string TagPrefix = "__MSOCT_";
    private const int EvictionBatch = 500;

    // KEYS[1] response, KEYS[2..] its tags; ARGV[1] response, ARGV[2] lifetime in ms, ARGV[3] key in the tags' sets.
    private const string SetScript = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local expiry = now + ARGV[2]
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        for i = 2, #KEYS do
          redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
          redis.call('ZADD', KEYS[i], expiry, ARGV[3])
          if redis.call('PEXPIRETIME', KEYS[i]) < expiry then
            redis.call('PEXPIREAT', KEYS[i], expiry)
          end
        end
        return 1
        """;

    // KEYS[1] tag, KEYS[2..] responses; ARGV[n] key of KEYS[n + 1] in the tag's set.
    private const string EvictScript = """
        for i = 2, #KEYS do
          redis.call('UNLINK', KEYS[i])
          redis.call('ZREM', KEYS[1], ARGV[i - 1])
        end
        return #KEYS - 1
        """;

    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return await connection.GetDatabase().StringGetAsync(ValueKey(key)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> TryGetAsync(string key, PipeWriter destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(destination);

        using var lease = await connection.GetDatabase().StringGetLeaseAsync(ValueKey(key)).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (lease is null)
        {
            return false;
        }

        // The caller flushes when it has what it needs.
        destination.Write(lease.Span);
        return true;
    }

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
        => SetAsync(key, (RedisValue)value, tags.AsMemory(), validFor, cancellationToken);

    public async ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        if (value.IsSingleSegment)
        {
            await SetAsync(key, (RedisValue)value.First, tags, validFor, cancellationToken).ConfigureAwait(false);
            return;
        }

        var length = checked((int)value.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            value.CopyTo(buffer);
            await SetAsync(key, (RedisValue)buffer.AsMemory(0, length), tags, validFor, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);

        var database = connection.GetDatabase();
        var tagKey = TagKey(tag);
        var remaining = await database.SortedSetLengthAsync(tagKey).WaitAsync(cancellationToken).ConfigureAwait(false);

        // What is stored while this runs belongs to the time after it; without the count, a busy tag could keep it here for ever.
        while (remaining > 0)
        {
            var members = await database.SortedSetRangeByRankAsync(tagKey, 0, EvictionBatch - 1).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (members.Length == 0)
            {
                return;
            }

            RedisKey[] keys = [tagKey, .. members.Select(member => ValueKey(member.ToString()))];
            await database.ScriptEvaluateAsync(EvictScript, keys, members).WaitAsync(cancellationToken).ConfigureAwait(false);
            remaining -= members.Length;
        }
    }

    private async ValueTask SetAsync(
        string key, RedisValue value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);

        var lifetime = (long)validFor.TotalMilliseconds;
        if (lifetime <= 0)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var database = connection.GetDatabase();
        if (tags.IsEmpty)
        {
            await database.StringSetAsync(ValueKey(key), value, TimeSpan.FromMilliseconds(lifetime)).ConfigureAwait(false);
            return;
        }

        // Not abandoned once sent: the value's buffer belongs to the caller again as soon as this returns.
        RedisKey[] keys = [ValueKey(key), .. tags.ToArray().Distinct(StringComparer.Ordinal).Select(TagKey)];
        await database.ScriptEvaluateAsync(SetScript, keys, [value, lifetime, key]).ConfigureAwait(false);
    }

    private RedisKey ValueKey(string key) => instanceName + ValuePrefix + key;

    private RedisKey TagKey(string tag) => instanceName + TagPrefix + tag;
}
