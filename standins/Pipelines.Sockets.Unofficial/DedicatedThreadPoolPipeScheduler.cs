using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Runs pipe continuations on a few threads of its own, so that they proceed while the process's thread pool is busy.
/// When more work waits than the threads are meant for, the thread pool helps.
/// </summary>
public sealed class DedicatedThreadPoolPipeScheduler : PipeScheduler, IDisposable
{
    private readonly Queue<(Action<object?> Action, object? State)> _queue = new();
    private int _started;
    private int _idle;
    private bool _disposed;
    private long _servicedByQueue;
    private long _servicedByPool;

    /// <summary>Creates the scheduler; its threads start when there is work for them.</summary>
    public DedicatedThreadPoolPipeScheduler(
        string? name = null,
        int workerCount = 5,
        int useThreadPoolQueueLength = 10,
        ThreadPriority priority = ThreadPriority.Normal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workerCount);
        WorkerCount = workerCount;
        UseThreadPoolQueueLength = useThreadPoolQueueLength;
        Priority = priority;
        Name = string.IsNullOrWhiteSpace(name) ? nameof(DedicatedThreadPoolPipeScheduler) : name.Trim();
    }

    /// <summary>The name of the threads.</summary>
    public string Name { get; }

    /// <summary>The largest number of threads.</summary>
    public int WorkerCount { get; }

    /// <summary>The length of the queue from which the thread pool helps.</summary>
    public int UseThreadPoolQueueLength { get; }

    /// <summary>The priority of the threads.</summary>
    public ThreadPriority Priority { get; }

    /// <summary>How many threads could take work now.</summary>
    public int AvailableCount => WorkerCount - (Volatile.Read(ref _started) - Volatile.Read(ref _idle));

    /// <summary>Items that the scheduler's own threads ran.</summary>
    public long TotalServicedByQueue => Volatile.Read(ref _servicedByQueue);

    /// <summary>Items that the thread pool ran.</summary>
    public long TotalServicedByPool => Volatile.Read(ref _servicedByPool);

    /// <summary>The scheduler's name.</summary>
    public override string ToString() => Name;

    /// <inheritdoc />
    public override void Schedule(Action<object?> action, object? state)
    {
        ArgumentNullException.ThrowIfNull(action);
        var startsWorker = false;
        bool needsPool;
        lock (_queue)
        {
            _queue.Enqueue((action, state));
            if (_idle != 0)
            {
                Monitor.Pulse(_queue);
            }
            else if (_started < WorkerCount && !_disposed)
            {
                _started++;
                startsWorker = true;
            }

            needsPool = _disposed || WorkerCount == 0 || (_queue.Count >= UseThreadPoolQueueLength && !startsWorker);
        }

        if (startsWorker)
        {
            StartWorker();
        }

        if (needsPool)
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(static scheduler => scheduler.RunOneOnPool(), this, preferLocal: false);
        }
    }

    /// <summary>Stops the threads once the queue is empty. Work that comes later runs on the thread pool.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            Monitor.PulseAll(_queue);
        }
    }

    private void StartWorker()
    {
        var thread = new Thread(static scheduler => ((DedicatedThreadPoolPipeScheduler)scheduler!).RunWorker())
        {
            Name = Name,
            Priority = Priority,
            IsBackground = true,
        };
        thread.UnsafeStart(this);
    }

    private void RunWorker()
    {
        while (TryTake(out var work))
        {
            work.Action(work.State);
        }
    }

    private bool TryTake(out (Action<object?> Action, object? State) work)
    {
        lock (_queue)
        {
            while (!_queue.TryDequeue(out work))
            {
                if (_disposed)
                {
                    _started--;
                    return false;
                }

                _idle++;
                Monitor.Wait(_queue);
                _idle--;
            }

            _servicedByQueue++;
            return true;
        }
    }

    private void RunOneOnPool()
    {
        (Action<object?> Action, object? State) work;
        lock (_queue)
        {
            if (!_queue.TryDequeue(out work))
            {
                return;
            }

            _servicedByPool++;
        }

        work.Action(work.State);
    }
}
