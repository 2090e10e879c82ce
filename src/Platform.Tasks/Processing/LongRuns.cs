using System.Diagnostics;

namespace Platform.Tasks.Processing;

/// <summary>
/// Finds attempts of plain tasks that last: most are over before it is worth telling Redis that they run. One timer for all, which rests
/// while nothing runs.
/// </summary>
internal sealed class LongRuns : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();

    /// <summary>In the order of their beginning. Those that are over leave at once: what is kept here outlives the youngest generation.</summary>
    private readonly LinkedList<Run> _young = new();
    private readonly Timer _timer;
    private bool _isResting = true;

    public LongRuns() => _timer = new Timer(static self => ((LongRuns)self!).Look(), this, Timeout.Infinite, Timeout.Infinite);

    /// <returns>What to give to <see cref="Remove"/> when the attempt is over.</returns>
    public LinkedListNode<Run> Add(DeliveryLease lease)
    {
        var node = new LinkedListNode<Run>(new Run(lease, Stopwatch.GetTimestamp()));
        lock (_gate)
        {
            _young.AddLast(node);
            if (!_isResting)
            {
                return node;
            }

            _isResting = false;
        }

        _timer.Change(Moment, Timeout.InfiniteTimeSpan);
        return node;
    }

    public void Remove(LinkedListNode<Run> node)
    {
        lock (_gate)
        {
            if (node.List is not null)
            {
                _young.Remove(node);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        while (TakeOldest() is { } lease)
        {
            lease.Arm();
        }

        lock (_gate)
        {
            _isResting = _young.Count == 0;
            if (_isResting)
            {
                return;
            }
        }

        _timer.Change(Moment, Timeout.InfiniteTimeSpan);
    }

    private DeliveryLease? TakeOldest()
    {
        lock (_gate)
        {
            if (_young.First is not { } oldest || Stopwatch.GetElapsedTime(oldest.Value.Since) < Moment)
            {
                return null;
            }

            _young.RemoveFirst();
            return oldest.Value.Lease;
        }
    }

    internal readonly record struct Run(DeliveryLease Lease, long Since);
}
