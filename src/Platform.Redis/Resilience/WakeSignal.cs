namespace Platform.Redis.Resilience;

/// <summary>Lets one waiter go on, at the latest after a time. Signals that come while nobody waits are one signal.</summary>
public sealed class WakeSignal
{
    private volatile TaskCompletionSource _set = New();

    /// <summary>Wakes the waiter, or the next one. May be called at any time, also when nobody will wait any more.</summary>
    public void Set() => _set.TrySetResult();

    /// <summary>Forgets signals that came before.</summary>
    internal void Reset() => _set = New();

    /// <summary>Waits for a signal or the time. A signal that falls between its return and the next wait is not lost.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        var set = _set.Task;
        await set.WaitAsync(longest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (set.IsCompleted)
        {
            _set = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
