namespace Platform.Redis.Resilience;

/// <summary>Lets one waiter go on, at the latest after a time. Signals that come while nobody waits are one signal.</summary>
internal sealed class WakeSignal
{
    private volatile TaskCompletionSource _set = New();

    public void Set() => _set.TrySetResult();

    /// <summary>Forgets signals that came before.</summary>
    public void Reset() => _set = New();

    /// <summary>Waits for a signal or the time. A signal that falls between its return and the next wait is not lost.</summary>
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
