namespace Platform.Tasks.Processing;

/// <summary>How many more attempts a worker may begin. Any number may give slots back; one takes, always all that are free.</summary>
internal sealed class WorkerSlots(int count) : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);
    private int _free = count;
    private int _isAwaited;

    public int Count { get; } = count;

    /// <summary>Takes all that are free now.</summary>
    public int TryTakeAll() => Interlocked.Exchange(ref _free, 0);

    /// <summary>Takes all that are free, as soon as one is.</summary>
    public async ValueTask<int> TakeAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTakeAll() is var taken and > 0)
            {
                return taken;
            }

            // Said before the second look: whoever gives back after it sees that somebody waits.
            Interlocked.Exchange(ref _isAwaited, 1);
            if (Volatile.Read(ref _free) == 0)
            {
                await _signal.WaitAsync(cancellationToken);
            }
        }
    }

    public void Return(int slots)
    {
        Interlocked.Add(ref _free, slots);
        if (Volatile.Read(ref _isAwaited) == 1 && Interlocked.Exchange(ref _isAwaited, 0) == 1)
        {
            _signal.Release();
        }
    }

    public void Dispose() => _signal.Dispose();
}
