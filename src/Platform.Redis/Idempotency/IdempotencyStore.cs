using System.Runtime.CompilerServices;
using Platform.Redis.Connection;
using Platform.Redis.Fallback;
using Platform.Redis.Keys;
using Platform.Redis.Resilience;
using StackExchange.Redis;

namespace Platform.Redis.Idempotency;

/// <summary>Who holds a key, and what was answered: in Redis, and in memory what Redis could not take.</summary>
internal sealed class IdempotencyStore : IAsyncDisposable
{
    private const int EntryOverhead = 512;

    /// <summary>How often a key is asked for, when each answer comes so late that its lease may be over.</summary>
    private const int MostAsked = 3;

    private readonly RedisStore _redis;
    private readonly Keyspace _keys;
    private readonly AbandonedClaims _abandoned;
    private readonly IdempotencyHeartbeat _heartbeat;
    private readonly RedisConnection _connection;
    private readonly TimeProvider _time;
    private readonly MemoryFallback<PendingAnswer> _memory;
    private long _backAt;

    public IdempotencyStore(
        RedisStore redis, RedisConnection connection, Keyspace keys, MemoryFallbacks fallbacks, AbandonedClaims abandoned,
        IdempotencyHeartbeat heartbeat, TimeProvider time)
    {
        _redis = redis;
        _keys = keys;
        _abandoned = abandoned;
        _heartbeat = heartbeat;
        _time = time;
        _connection = connection;
        _backAt = time.GetTimestamp();
        connection.Restored += Returned;
        redis.StateChanged += Changed;
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
            for (var asked = 1; ; asked++)
            {
                var started = _time.GetTimestamp();
                var reply = await _redis.EvaluateAsync(
                    IdempotencyScripts.AcquireIdempotency, [_keys.Key(IdempotencyKeys.Record, digest)],
                    [claim, policy.TimeToLive, IsJustBack(started, policy) ? policy.TimeToLive : policy.Lease, policy.Rerun],
                    CancellationToken.None).ConfigureAwait(false);
                if (reply.Resp2Type == ResultType.Integer)
                {
                    return (long)reply switch
                    {
                        < 0 and var left => IdempotencyAcquisition.InFlight(-left),
                        0 => IdempotencyAcquisition.Reused,
                        _ => IdempotencyAcquisition.Damaged,
                    };
                }

                var bytes = (byte[])reply!;
                if (bytes.Length > IdempotencyRecord.NumberLength)
                {
                    return IdempotencyAcquisition.Of(bytes);
                }

                // The lease runs since Redis took the key, and not since this process heard of it: after a late answer the same holder asks
                // again, or its handler would run beside that of the one that took over.
                if (_time.GetElapsedTime(started) < policy.Options.LeaseDuration / 3)
                {
                    return IdempotencyAcquisition.Acquired(
                        new IdempotencyContext(digest, IdempotencyRecord.Number(bytes), claim, policy, isInMemory: false) { RenewedAt = started });
                }

                if (asked == MostAsked)
                {
                    throw new RedisUnavailableException(
                        IdempotencyScripts.AcquireIdempotency.Name, RedisUnavailableReason.TimedOut, policy.Options.RetryAfter, outcomeUnknown: true);
                }
            }
        }
        catch (RedisServerException exception) when (RedisFailure.IsWrongType(exception))
        {
            return IdempotencyAcquisition.Damaged;
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
            var completion = IdempotencyCompletion.Of(reply);
            return completion is { IsStored: false, IsLost: false }
                && await RestoreAsync(held.KeyDigest, IdempotencyRecord.Create(state, held.Fence, held.Claim, answer), held.Policy.Options.TimeToLive)
                    .ConfigureAwait(false)
                ? IdempotencyCompletion.Stored
                : completion;
        }
        catch (RedisServerException exception) when (RedisFailure.IsWrongType(exception))
        {
            return IdempotencyCompletion.NotStored;
        }
        catch (RedisUnavailableException)
        {
            // The effect took place: the answer is stored as soon as Redis is back, and given from memory until then.
            var expires = _time.GetUtcNow() + held.Policy.Options.TimeToLive;
            var pending = new PendingAnswer(held.Claim, held.Fence, expires, held);
            pending.Answer(state, answer);
            held.IsAnswerPending = true;
            held.IsAnswerPending = _memory.TryAdd(held.KeyDigest, pending, EntryOverhead + answer.Length, expires);
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

    public ValueTask DisposeAsync()
    {
        _connection.Restored -= Returned;
        _redis.StateChanged -= Changed;
        return _memory.DisposeAsync();
    }

    /// <summary>
    /// While Redis is away no lease can be renewed, and all may be over when it is back, with their handlers still running. Holders come
    /// first then: for half a lease nobody takes a key over.
    /// </summary>
    private bool IsJustBack(long now, IdempotencyPolicy policy) =>
        _time.GetElapsedTime(Volatile.Read(ref _backAt), now) < policy.Options.LeaseDuration / 2;

    private void Returned()
    {
        Volatile.Write(ref _backAt, _time.GetTimestamp());
        _heartbeat.Beat();
    }

    private void Changed(RedisStateChange change)
    {
        if (change.Available)
        {
            Returned();
        }
    }

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
        if (_memory.TryAdd(digest, new PendingAnswer(claim, held.Fence, expires), EntryOverhead, expires))
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

        // A key that was taken in memory may be taken in Redis too, by the same claim: the answer to it did not come in time.
        var reply = await _redis.EvaluateAsync(
            IdempotencyScripts.CompleteIdempotency, [_keys.Key(IdempotencyKeys.Record, digest)],
            [pending.Holder, State(record[0]), record.AsMemory(IdempotencyRecord.HeadLength)], cancellationToken).ConfigureAwait(false);
        var completion = IdempotencyCompletion.Of(reply);
        if (completion.IsStored || completion.IsLost)
        {
            if (pending.Held is { } held)
            {
                _heartbeat.Remove(held);
            }

            return completion.IsStored ? FallbackOutcome.Kept : FallbackOutcome.Dropped;
        }

        return await RestoreAsync(digest, record, pending.Expires - _time.GetUtcNow(), cancellationToken).ConfigureAwait(false)
            ? FallbackOutcome.Kept
            : FallbackOutcome.Dropped;
    }

    /// <summary>
    /// Stores a record with its answer where Redis has none: it was away when the key was taken, or has lost the key since. The effect took
    /// place, and would happen again if the key were free.
    /// </summary>
    private Task<bool> RestoreAsync(string digest, byte[] record, TimeSpan left, CancellationToken cancellationToken = default) =>
        _redis.ExecuteAsync(
            "RestoreIdempotency", (Key: _keys.Key(IdempotencyKeys.Record, digest), Record: record, Left: left),
            static (database, one) => database.StringSetAsync(one.Key, one.Record, one.Left, When.NotExists), cancellationToken);
}
