using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>
/// Decides where the send loop continues when a flush gives it something to do. On the thread pool as a rule: a flushing
/// pool thread goes on with its work, and what others flush meanwhile travels in the same packet. A thread outside the pool
/// sends by itself when nothing is known to be in flight, because a lone command should not wait for a thread to wake.
/// When the pool is too busy to come to it, the given scheduler's own threads take over.
/// </summary>
internal sealed class SendScheduler(Transport transport, PipeScheduler scheduler, bool alwaysInline)
    : PipeScheduler, IThreadPoolWorkItem
{
    private const int LateMilliseconds = 5;

    private Action<object?>? _action;
    private object? _state;
    private long _queuedAt;
    private int _pending;

    public override void Schedule(Action<object?> action, object? state)
    {
        var peerWasHeard = transport.TakeHeardSinceSend();
        if (alwaysInline || (peerWasHeard && !Thread.CurrentThread.IsThreadPoolThread))
        {
            action(state);
            return;
        }

        // One at a time: the loop waits again before it can be scheduled again.
        _action = action;
        _state = state;
        Volatile.Write(ref _queuedAt, Environment.TickCount64);
        Volatile.Write(ref _pending, 1);
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Called at each flush: hands what the pool did not come to yet to the given scheduler.</summary>
    public void HelpIfLate()
    {
        if (Volatile.Read(ref _pending) == 0)
        {
            return;
        }

        var now = Environment.TickCount64;
        if (now - Volatile.Read(ref _queuedAt) > LateMilliseconds)
        {
            Volatile.Write(ref _queuedAt, now);
            scheduler.Schedule(static self => ((SendScheduler)self!).RunPending(), this);
        }
    }

    void IThreadPoolWorkItem.Execute() => RunPending();

    private void RunPending()
    {
        if (Interlocked.Exchange(ref _pending, 0) != 0)
        {
            _action!(_state);
        }
    }
}
