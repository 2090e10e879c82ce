using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Tasks.Processing;

/// <summary>
/// Finds attempts of plain tasks that last: most are over before it is worth telling Redis that they run. One timer for all, which rests
/// while there is nothing to look at.
/// </summary>
internal sealed class LongRuns : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentQueue<(DeliveryLease Lease, long Since)> _young = new();
    private readonly Timer _timer;
    private int _isResting = 1;

    public LongRuns() => _timer = new Timer(static self => ((LongRuns)self!).Look(), this, Timeout.Infinite, Timeout.Infinite);

    public void Add(DeliveryLease lease)
    {
        _young.Enqueue((lease, Stopwatch.GetTimestamp()));
        if (Volatile.Read(ref _isResting) == 1 && Interlocked.Exchange(ref _isResting, 0) == 1)
        {
            _timer.Change(Moment, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        while (_young.TryPeek(out var oldest) && Stopwatch.GetElapsedTime(oldest.Since) >= Moment)
        {
            // One looks at a time, so it is the same one.
            _young.TryDequeue(out _);
            oldest.Lease.Arm();
        }

        Volatile.Write(ref _isResting, 1);
        if (!_young.IsEmpty && Interlocked.Exchange(ref _isResting, 0) == 1)
        {
            _timer.Change(Moment, Timeout.InfiniteTimeSpan);
        }
    }
}
