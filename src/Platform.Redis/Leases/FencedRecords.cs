using StackExchange.Redis;

namespace Platform.Redis.Leases;

/// <summary>
/// Records that only the newest holder of a lease may read and change: a store that checks the fencing number. A record is one hash of
/// the caller's; its field <c>fence</c> is the highest number seen. Reading counts as being seen, so that whoever read before cannot
/// write after.
/// </summary>
/// <remarks>
/// Scripts of your own keep to the same convention: <c>if tonumber(fence) &lt; tonumber(redis.call('HGET', record, 'fence') or 0)</c>,
/// refuse; else <c>HSET record fence</c> together with the write.
/// </remarks>
public sealed class FencedRecords
{
    /// <summary>The field with the highest number seen.</summary>
    public const string FenceField = "fence";

    private readonly RedisStore _store;

    internal FencedRecords(RedisStore store) => _store = store;

    /// <summary>Reads a record on behalf of a holder, and shuts out everyone older. One round trip.</summary>
    /// <param name="record">A hash of the caller's; it need not exist yet.</param>
    /// <param name="fence">The holder's number: <see cref="ILease.Fence"/>.</param>
    /// <param name="timeToLive">How long the record lives from now.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its fields without <see cref="FenceField"/>; null where somebody newer was here.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<IReadOnlyDictionary<string, RedisValue>?> ReadAsync(
        RedisKey record, long fence, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var reply = await CheckAsync(record, fence, timeToLive, [], cancellationToken).ConfigureAwait(false);
        if ((int)reply[0] == 0)
        {
            return null;
        }

        var fields = new Dictionary<string, RedisValue>(StringComparer.Ordinal);
        for (var i = 1; i + 1 < reply.Length; i += 2)
        {
            if ((string)reply[i]! is var name && name != FenceField)
            {
                fields[name] = (RedisValue)reply[i + 1];
            }
        }

        return fields;
    }

    /// <summary>Writes fields of a record on behalf of a holder, and shuts out everyone older. One round trip.</summary>
    /// <param name="record">A hash of the caller's; it need not exist yet.</param>
    /// <param name="fence">The holder's number: <see cref="ILease.Fence"/>.</param>
    /// <param name="fields">What to write, at least one field; others stay as they are.</param>
    /// <param name="timeToLive">How long the record lives from now.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False where somebody newer was here: then nothing was written.</returns>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses.</exception>
    public async Task<bool> WriteAsync(
        RedisKey record, long fence, HashEntry[] fields, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentOutOfRangeException.ThrowIfZero(fields.Length);
        return (int)(await CheckAsync(record, fence, timeToLive, fields, cancellationToken).ConfigureAwait(false))[0] == 1;
    }

    private async Task<RedisResult[]> CheckAsync(
        RedisKey record, long fence, TimeSpan timeToLive, HashEntry[] fields, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fence);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromMilliseconds(1));
        var arguments = new RedisValue[2 + (2 * fields.Length)];
        arguments[0] = fence;
        arguments[1] = (long)timeToLive.TotalMilliseconds;
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name == FenceField)
            {
                throw new ArgumentException($"The field '{FenceField}' is the record's own.", nameof(fields));
            }

            arguments[2 + (2 * i)] = fields[i].Name;
            arguments[3 + (2 * i)] = fields[i].Value;
        }

        return (RedisResult[])(await _store.EvaluateAsync(LeaseScripts.FenceCheck, [record], arguments, cancellationToken).ConfigureAwait(false))!;
    }
}
