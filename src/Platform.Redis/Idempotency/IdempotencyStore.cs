using System.Runtime.CompilerServices;
using Platform.Redis.Fallback;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Redis.Idempotency;

/// <summary>Who holds a key, and what was answered: in Redis, and in memory what Redis could not take.</summary>
internal sealed class IdempotencyStore : IAsyncDisposable
{
    private const int EntryOverhead = 512;

    private readonly RedisStore _redis;
    private readonly Keyspace _keys;
    private readonly AbandonedClaims _abandoned;
    private readonly TimeProvider _time;
    private readonly MemoryFallback<PendingAnswer> _memory;

    public IdempotencyStore(RedisStore redis, Keyspace keys, MemoryFallbacks fallbacks, AbandonedClaims abandoned, TimeProvider time)
    {
        _redis = redis;
        _keys = keys;
        _abandoned = abandoned;
        _time = time;
        AcceptsInMemory = fallbacks.IsEnabled;
        _memory = fallbacks.Create<PendingAnswer>("idempotency", MergeAsync);
    }

    /// <summary>Whether first requests are accepted while Redis is away.</summary>
    public bool AcceptsInMemory { get; }

    public MemoryFallback<PendingAnswer> Memory => _memory;

    /// <param name="digest">What stands for caller, operation and key.</param>
    /// <param name="claim">Holder and fingerprint.</param>
    /// <param name="policy">The endpoint's.</param>
    /// <exception cref="RedisUnavailableException">Redis is away, and memory does not stand in.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IdempotencyAcquisition> AcquireAsync(string digest, byte[] claim, IdempotencyPolicy policy)
    {
        if (_memory.TryGet(digest, out var pending))
        {
            return Of(pending, claim, policy);
        }

        try
        {
            var reply = await _redis.EvaluateAsync(
                IdempotencyScripts.AcquireIdempotency, [_keys.Key(IdempotencyKeys.Record, digest)],
                [claim, policy.TimeToLive, policy.Lease, policy.Rerun], CancellationToken.None).ConfigureAwait(false);
            if (reply.Resp2Type == ResultType.Integer)
            {
                return (long)reply is < 0 and var left ? IdempotencyAcquisition.InFlight(-left) : IdempotencyAcquisition.Reused;
            }

            var bytes = (byte[])reply!;
            return bytes.Length > IdempotencyRecord.NumberLength
                ? IdempotencyAcquisition.Of(bytes)
                : IdempotencyAcquisition.Acquired(new IdempotencyContext(digest, IdempotencyRecord.Number(bytes), claim, policy, isInMemory: false));
        }
        catch (RedisUnavailableException exception)
        {
            if (exception.OutcomeUnknown)
            {
                _abandoned.Add(digest, IdempotencyRecord.HolderOf(claim));
            }

            // The handler did not run, whatever became of the key.
            return AcquireInMemory(digest, claim, policy)
                ?? throw new RedisUnavailableException(exception.Operation, exception.Reason, exception.RetryAfter, exception);
        }
    }

    /// <summary>Stores an answer.</summary>
    /// <returns>Whether it is stored now; and if another holder answered, that record.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IdempotencyCompletion> CompleteAsync(IdempotencyContext held, byte state, byte[] answer)
    {
        if (held.IsInMemory)
        {
            return CompleteInMemory(held, state, answer);
        }

        try
        {
            var reply = await _redis.EvaluateAsync(
                IdempotencyScripts.CompleteIdempotency, [_keys.Key(IdempotencyKeys.Record, held.KeyDigest)],
                [held.Holder, State(state), answer], CancellationToken.None).ConfigureAwait(false);
            return IdempotencyCompletion.Of(reply);
        }
        catch (RedisUnavailableException)
        {
            // The effect took place: the answer is stored as soon as Redis is back, and given from memory until then.
            var expires = _time.GetUtcNow() + held.Policy.Options.TimeToLive;
            var pending = new PendingAnswer(held.Claim, held.Fence, expires, isInRedis: true);
            pending.Answer(state, answer);
            _memory.TryAdd(held.KeyDigest, pending, EntryOverhead + answer.Length, expires);
            return IdempotencyCompletion.NotStored;
        }
    }

    /// <summary>Frees a key whose answer is not kept.</summary>
    public async ValueTask ReleaseAsync(IdempotencyContext held)
    {
        if (held.IsInMemory)
        {
            _memory.Remove(held.KeyDigest);
            return;
        }

        try
        {
            await _redis.EvaluateAsync(
                IdempotencyScripts.ReleaseIdempotency, [_keys.Key(IdempotencyKeys.Record, held.KeyDigest)], [held.Holder], CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            _abandoned.Add(held.KeyDigest, held.Holder);
        }
    }

    public ValueTask DisposeAsync() => _memory.DisposeAsync();

    private static RedisValue State(byte state) => state == IdempotencyRecord.Answered ? "D" : "U";

    private IdempotencyAcquisition? AcquireInMemory(string digest, byte[] claim, IdempotencyPolicy policy)
    {
        if (!AcceptsInMemory)
        {
            return null;
        }

        var now = _time.GetUtcNow();
        var held = new IdempotencyContext(digest, IdempotencyRecord.Microseconds(now), claim, policy, isInMemory: true);
        var expires = now + policy.Options.TimeToLive;
        if (_memory.TryAdd(digest, new PendingAnswer(claim, held.Fence, expires, isInRedis: false), EntryOverhead, expires))
        {
            return IdempotencyAcquisition.Acquired(held);
        }

        // Another was faster, or there is no room.
        return _memory.TryGet(digest, out var pending) ? Of(pending, claim, policy) : null;
    }

    private IdempotencyCompletion CompleteInMemory(IdempotencyContext held, byte state, byte[] answer)
    {
        if (!_memory.TryGet(held.KeyDigest, out var pending))
        {
            return IdempotencyCompletion.NotStored;
        }

        var fits = _memory.TryResize(held.KeyDigest, EntryOverhead + answer.Length);
        pending.Answer(fits ? state : IdempotencyRecord.NotKept, fits ? answer : []);
        return IdempotencyCompletion.Stored;
    }

    private static IdempotencyAcquisition Of(PendingAnswer pending, byte[] claim, IdempotencyPolicy policy)
    {
        if (!pending.Fingerprint.SequenceEqual(IdempotencyRecord.FingerprintOf(claim).Span))
        {
            return IdempotencyAcquisition.Reused;
        }

        return pending.Record is { } record ? IdempotencyAcquisition.Of(record) : IdempotencyAcquisition.InFlight((long)policy.Lease);
    }

    private async Task<FallbackOutcome> MergeAsync(string digest, PendingAnswer pending, CancellationToken cancellationToken)
    {
        if (pending.Record is not { } record)
        {
            return FallbackOutcome.Later;
        }

        var key = _keys.Key(IdempotencyKeys.Record, digest);
        if (pending.IsInRedis)
        {
            var reply = await _redis.EvaluateAsync(
                IdempotencyScripts.CompleteIdempotency, [key],
                [pending.Holder, State(record[0]), record.AsMemory(IdempotencyRecord.HeadLength)], cancellationToken).ConfigureAwait(false);
            return IdempotencyCompletion.Of(reply).IsStored ? FallbackOutcome.Kept : FallbackOutcome.Dropped;
        }

        var kept = await _redis.ExecuteAsync(
            "MergeIdempotency", (Key: key, Record: record, Left: pending.Expires - _time.GetUtcNow()),
            static (database, one) => database.StringSetAsync(one.Key, one.Record, one.Left, When.NotExists), cancellationToken).ConfigureAwait(false);
        return kept ? FallbackOutcome.Kept : FallbackOutcome.Dropped;
    }
}
