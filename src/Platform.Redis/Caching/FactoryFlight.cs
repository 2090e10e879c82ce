using Platform.Redis.Resilience;

namespace Platform.Redis.Caching;

/// <summary>One computation that all callers of this process wait for who want the same. It ends early when nobody is left.</summary>
/// <param name="stripeVersion">What was removed before it began.</param>
#pragma warning disable CA1001 // A source without a timer needs no disposal, and whoever leaves last may come after the end.
internal sealed class FactoryFlight<T>(int stripeVersion)
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource<MemoryEntry<T>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private readonly Lock _gate = new();
    private int _waiting = 1;
    private bool _kept;
    private bool _over;

    public int StripeVersion => stripeVersion;

    public Task<MemoryEntry<T>> Result => _result.Task;

    /// <summary>Runs it on a thread of the pool, whatever the factory does before it first waits.</summary>
    public void Start(Func<CancellationToken, Task<MemoryEntry<T>>> run, Action ended)
    {
        _result.Task.Abandon();
        _ = Task.Run(async () =>
        {
            try
            {
                var entry = await run(_cancel.Token).ConfigureAwait(false);
                ended();
                _result.SetResult(entry);
            }
            catch (Exception exception)
            {
                ended();
                _result.SetException(exception);
            }
        });
    }

    /// <summary>False when it was already given up.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            _waiting += _over ? 0 : 1;
            return !_over;
        }
    }

    /// <summary>It goes on though nobody waits.</summary>
    public void Keep()
    {
        lock (_gate)
        {
            _kept = true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_waiting > 0 || _kept || _result.Task.IsCompleted)
            {
                return;
            }

            _over = true;
        }

        _cancel.Cancel();
    }
}
