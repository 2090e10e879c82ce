namespace Platform.Redis.Resilience;

/// <summary>
/// One operation that waits for its reply, as the <see cref="DeadlineSweeper"/> sees it. Who moves the state on from waiting (the reply,
/// the deadline, the caller's cancellation) ends the operation; the others come too late. Every use has a number of its own, so that a
/// sweep that looked at one use cannot end the next.
/// </summary>
internal abstract class PendingOperation : IThreadPoolWorkItem
{
    private const long Waiting = 1;
    private const long NextUse = 2;

    private long _state;
    private long _deadline;
    private CancellationToken _cancellation;
    private bool _timedOut;

    /// <summary>Its place in the sweeper's list.</summary>
    public int Index { get; set; } = -1;

    protected CancellationToken Cancellation => _cancellation;

    protected bool IsWaiting => (Volatile.Read(ref _state) & Waiting) != 0;

    /// <summary>Ends it where its time is over or its caller gave up.</summary>
    /// <returns>Whether it still waits for its reply.</returns>
    public bool Sweep(long now)
    {
        var seen = Volatile.Read(ref _state);
        if ((seen & Waiting) == 0)
        {
            return false;
        }

        var timedOut = now >= Volatile.Read(ref _deadline);
        if (!timedOut && !_cancellation.IsCancellationRequested)
        {
            return true;
        }

        if (Interlocked.CompareExchange(ref _state, seen & ~Waiting, seen) == seen)
        {
            // The caller goes on elsewhere: the sweep has others to look after.
            _timedOut = timedOut;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return false;
    }

    void IThreadPoolWorkItem.Execute() => GiveUp(_timedOut);

    /// <summary>The reply did not come, or its caller no longer wants it; it may still come.</summary>
    protected abstract void GiveUp(bool timedOut);

    protected void Wait(long deadline, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        Volatile.Write(ref _deadline, deadline);

        // A full fence: the sweeper is looked at only after the operation can be seen.
        Interlocked.Exchange(ref _state, (_state + NextUse) | Waiting);
    }

    /// <summary>Whether it ends now, by the one who asks.</summary>
    protected bool TryEnd()
    {
        var seen = Volatile.Read(ref _state);
        return (seen & Waiting) != 0 && Interlocked.CompareExchange(ref _state, seen & ~Waiting, seen) == seen;
    }
}
