using Microsoft.Extensions.Logging;
using Platform.Redis.Keys;

namespace Platform.Redis.Idempotency;

/// <summary>Renews the leases of the requests that are being carried out: one timer for the process, nothing per request but a list entry.</summary>
internal sealed class IdempotencyHeartbeat(RedisStore redis, Keyspace keys, TimeProvider time, ILogger<IdempotencyHeartbeat> logger) : IDisposable
{
    private const int MostAtOnce = 256;

    private readonly Lock _gate = new();
    private TimeSpan _period = TimeSpan.MaxValue;
    private ITimer? _timer;
    private IdempotencyContext? _oldest;
    private IdempotencyContext? _newest;
    private int _isBeating;

    /// <summary>Makes sure that leases of this length are looked after often enough.</summary>
    public void Watch(TimeSpan lease)
    {
        lock (_gate)
        {
            if (lease / 6 < _period)
            {
                _period = lease / 6;
                _timer ??= time.CreateTimer(static self => ((IdempotencyHeartbeat)self!).Beat(), this, _period, _period);
                _timer.Change(_period, _period);
            }
        }
    }

    public void Add(IdempotencyContext held)
    {
        lock (_gate)
        {
            held.Previous = _newest;
            if (_newest is null)
            {
                _oldest = held;
            }
            else
            {
                _newest.Next = held;
            }

            _newest = held;
        }
    }

    public void Remove(IdempotencyContext held)
    {
        lock (_gate)
        {
            if (held.Previous is null && held.Next is null && _oldest != held)
            {
                return;
            }

            _ = held.Previous is null ? _oldest = held.Next : held.Previous.Next = held.Next;
            _ = held.Next is null ? _newest = held.Previous : held.Next.Previous = held.Previous;
            held.Previous = held.Next = null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
        }
    }

    /// <summary>Renews what is due: by itself in time, and called when Redis is back.</summary>
    public void Beat()
    {
        if (Interlocked.Exchange(ref _isBeating, 1) == 0)
        {
            _ = BeatAsync();
        }
    }

    private async Task BeatAsync()
    {
        try
        {
            // Without Redis nobody else can take a key over either, nor just after.
            if (redis.State == RedisBreakerState.Closed)
            {
                foreach (var batch in Due().Chunk(MostAtOnce))
                {
                    await Task.WhenAll(batch.Select(RenewAsync)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception)
        {
            logger.RenewalFailed(exception);
        }
        finally
        {
            Volatile.Write(ref _isBeating, 0);
        }
    }

    private List<IdempotencyContext> Due()
    {
        var due = new List<IdempotencyContext>();
        var now = time.GetTimestamp();
        lock (_gate)
        {
            for (var held = _oldest; held is not null; held = held.Next)
            {
                if (time.GetElapsedTime(held.RenewedAt, now) >= held.Policy.Options.LeaseDuration / 3)
                {
                    due.Add(held);
                }
            }
        }

        return due;
    }

    private async Task RenewAsync(IdempotencyContext held)
    {
        try
        {
            var started = time.GetTimestamp();
            var renewed = await redis.EvaluateAsync(
                IdempotencyScripts.RenewIdempotency, [keys.Key(IdempotencyKeys.Record, held.KeyDigest)], [held.Holder],
                CancellationToken.None).ConfigureAwait(false);
            if ((long)renewed == 1)
            {
                held.RenewedAt = started;
            }
            else
            {
                Remove(held);
                held.Lose();
            }
        }
        catch (RedisUnavailableException)
        {
            // The next beat tries again.
        }
    }
}
