using Platform.Redis.Keys;

namespace Platform.Redis.Idempotency;

/// <summary>
/// Keys that may be held for a request that does not run: Redis did not answer in time. They are freed when it is back, so that a repeated
/// request need not wait for the lease to end.
/// </summary>
internal sealed class AbandonedClaims(RedisStore redis, Keyspace keys, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Further ones are left to their leases.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<(string Digest, ReadOnlyMemory<byte> Holder)> _claims = new();
    private readonly Lock _gate = new();
    private Task _freeing = Task.CompletedTask;
    private bool _isFreeing;

    public void Add(string digest, ReadOnlyMemory<byte> holder)
    {
        lock (_gate)
        {
            if (_claims.Count >= Most || _stopping.IsCancellationRequested)
            {
                return;
            }

            _claims.Enqueue((digest, holder));
            if (!_isFreeing)
            {
                _isFreeing = true;
                _freeing = Task.Run(() => FreeAsync(_stopping.Token));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task freeing;
        lock (_gate)
        {
            freeing = _freeing;
        }

        await freeing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task FreeAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(Pause, time, stopping).ConfigureAwait(false);
            while (redis.State == RedisBreakerState.Closed)
            {
                (string Digest, ReadOnlyMemory<byte> Holder) claim;
                lock (_gate)
                {
                    if (!_claims.TryPeek(out claim))
                    {
                        _isFreeing = false;
                        return;
                    }
                }

                try
                {
                    await redis.EvaluateAsync(
                        IdempotencyScripts.ReleaseIdempotency, [keys.Key(IdempotencyKeys.Record, claim.Digest)], [claim.Holder], stopping)
                        .ConfigureAwait(false);
                }
                catch (RedisUnavailableException)
                {
                    break;
                }

                lock (_gate)
                {
                    _claims.Dequeue();
                }
            }
        }
    }
}
