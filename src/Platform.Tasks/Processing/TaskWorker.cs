using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Consumers;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Processing;

/// <summary>
/// Takes entries from the lanes, as many as there are free slots, and runs them. Where there are none it waits for the next inside Redis;
/// three times in a lease it looks for what dead workers left.
/// </summary>
internal sealed class TaskWorker(
    TaskQueue queue, TaskRunner runner, TasksMetrics metrics, TimeProvider time, IOptions<TasksOptions> options, ILogger<TaskWorker> logger)
    : BackgroundLoop(logger)
{
    private readonly TimeSpan _claimInterval = options.Value.LeaseDuration / 3;
    private readonly TimeSpan _wait = options.Value.PollInterval < options.Value.LeaseDuration / 3 ? options.Value.PollInterval : options.Value.LeaseDuration / 3;
    private readonly WorkerSlots _slots = new(options.Value.Concurrency);
    private readonly ConcurrentDictionary<Place, byte> _running = new();
    private readonly CancellationTokenSource _stopNow = new();
    private bool _isIdle;
    private long? _claimedAt;

    public override void Dispose()
    {
        _slots.Dispose();
        _stopNow.Dispose();
        base.Dispose();
    }

    protected override async Task StepAsync(CancellationToken stoppingToken)
    {
        var free = await AcquireAsync(stoppingToken);
        var begun = 0;
        try
        {
            foreach (var entry in await TakeAsync(free, stoppingToken))
            {
                // Claimed from oneself: its lease was not renewed in time, but it is running.
                if (_running.TryAdd(new Place(entry.Lane, entry.Id), 0))
                {
                    begun++;
                    _ = RunAsync(entry);
                }
            }
        }
        finally
        {
            if (free > begun)
            {
                _slots.Return(free - begun);
            }
        }
    }

    /// <summary>Lets what is running go on for a while, then has it handed back.</summary>
    protected override async Task EndAsync()
    {
        _stopNow.CancelAfter(options.Value.DrainTimeout);
        var ended = 0;
        while (ended < _slots.Count)
        {
            ended += await _slots.TakeAllAsync(CancellationToken.None);
        }

        try
        {
            await queue.LeaveAsync(CancellationToken.None);
        }
        catch (RedisUnavailableException)
        {
            // Others remove this consumer later.
            return;
        }
    }

    /// <summary>Waits for a free slot and takes all that are free.</summary>
    private async Task<int> AcquireAsync(CancellationToken cancellationToken)
    {
        var free = await _slots.TakeAllAsync(cancellationToken);
        while (free < _slots.Count)
        {
            // Attempts end in bundles: what ends with the first is waited for, so that few looks take many.
            await Task.Yield();
            if (_slots.TryTakeAll() is var more and > 0)
            {
                free += more;
            }
            else
            {
                break;
            }
        }

        return free;
    }

    private async Task<IReadOnlyList<QueueEntry>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        // What was left by the dead has waited longest.
        if (_claimedAt is not { } claimedAt || time.GetElapsedTime(claimedAt) >= _claimInterval)
        {
            var claimed = await queue.ClaimAsync(count, cancellationToken);

            // While there is some, it is looked for with every free slot: who is busy would else take the dead's work one task at a time.
            _claimedAt = claimed.Count > 0 ? null : time.GetTimestamp();
            if (claimed.Count > 0)
            {
                metrics.Claimed(claimed.Count);
                logger.DeliveriesClaimed(claimed.Count);
                return claimed;
            }
        }

        // A look that found nothing is followed by a wait, which itself ends with what comes next.
        var entries = _isIdle
            ? await queue.WaitAsync(_wait, cancellationToken)
            : await queue.TakeAsync(count, cancellationToken);
        _isIdle = entries.Count == 0 && !_isIdle;
        return entries;
    }

    private async Task RunAsync(QueueEntry entry)
    {
        // The caller goes on to begin the others.
        await Task.Yield();
        try
        {
            await runner.RunAsync(entry, _stopNow.Token);
        }
        catch (OperationCanceledException) when (_stopNow.IsCancellationRequested)
        {
            // Not handed back in time: it stays pending and others claim it.
            return;
        }
#pragma warning disable CA1031 // Nobody awaits this; the entry stays pending and is claimed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.RunFailed(exception, entry.TaskId);
        }
        finally
        {
            _running.TryRemove(new Place(entry.Lane, entry.Id), out _);
            _slots.Return(1);
        }
    }

    /// <summary>Of an entry: two lanes may have the same id.</summary>
    private readonly struct Place(Lane lane, RedisValue id) : IEquatable<Place>
    {
        private readonly Lane _lane = lane;
        private readonly RedisValue _id = id;

        public bool Equals(Place other) => ReferenceEquals(_lane, other._lane) && _id == other._id;

        public override bool Equals(object? obj) => obj is Place other && Equals(other);

        public override int GetHashCode() => _id.GetHashCode();
    }
}
