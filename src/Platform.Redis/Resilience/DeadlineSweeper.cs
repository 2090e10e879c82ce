namespace Platform.Redis.Resilience;

/// <summary>
/// Ends operations whose deadline passed or whose caller gave up, by looking at all of them every 25 ms. A timer and a cancellation
/// registration for each operation would cost more than the rest of it; so a deadline is kept to 25 ms, which only ever comes on top. The
/// timer rests while nothing waits. Everything that waits is of one process, hence there is one sweeper.
/// </summary>
internal static class DeadlineSweeper
{
    private const int Interval = 25;
    private const int IdleSweeps = 40;

    private static readonly Lock Gate = new();
    private static readonly Timer Clock = NewClock();
    private static PendingOperation[] _all = new PendingOperation[64];
    private static int _count;
    private static int _idle;
    private static int _sweeping;
    private static volatile bool _awake;

    /// <summary>Takes an operation into its care, for all its uses.</summary>
    public static void Add(PendingOperation operation)
    {
        lock (Gate)
        {
            if (_count == _all.Length)
            {
                Array.Resize(ref _all, _count * 2);
            }

            operation.Index = _count;
            _all[_count++] = operation;
        }
    }

    /// <summary>Forgets an operation that is not used again.</summary>
    public static void Remove(PendingOperation operation)
    {
        lock (Gate)
        {
            var last = _all[--_count];
            _all[operation.Index] = last;
            last.Index = operation.Index;
            _all[_count] = null!;
        }
    }

    /// <summary>To be called once an operation waits.</summary>
    public static void Wake()
    {
        if (!_awake)
        {
            Start();
        }
    }

    private static void Start()
    {
        lock (Gate)
        {
            if (!_awake)
            {
                _awake = true;
                _idle = 0;
                Clock.Change(Interval, Interval);
            }
        }
    }

    private static void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        lock (Gate)
        {
            _idle = AnyWaits() ? 0 : _idle + 1;
            if (_idle >= IdleSweeps)
            {
                Rest();
            }
        }

        Volatile.Write(ref _sweeping, 0);
    }

    private static bool AnyWaits()
    {
        var now = Environment.TickCount64;
        var any = false;
        for (var i = 0; i < _count; i++)
        {
            any |= _all[i].Sweep(now);
        }

        return any;
    }

    // One that began to wait meanwhile saw the sweeper awake, so it is looked for once more.
    private static void Rest()
    {
        Clock.Change(Timeout.Infinite, Timeout.Infinite);
        _awake = false;
        Interlocked.MemoryBarrier();
        if (AnyWaits())
        {
            Start();
        }
    }

    private static Timer NewClock()
    {
        // The context of whoever comes first is nobody else's business.
        using (ExecutionContext.SuppressFlow())
        {
            return new Timer(static _ => Sweep(), null, Timeout.Infinite, Timeout.Infinite);
        }
    }
}
