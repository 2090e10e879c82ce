using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Tasks.Processing;

/// <summary>
/// Keeps a delivery while its handler runs, and ends the handler when the delivery is lost, when the owner cancels the task, or when the
/// process has to stop.
/// </summary>
internal sealed class DeliveryLease : IAsyncDisposable
{
    private readonly Delivery _delivery;
    private readonly TaskDeliveries _deliveries;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeSpan _duration;
    private readonly LongRuns? _longRuns;
    private readonly LinkedListNode<LongRuns.Run>? _run;
    private readonly CancellationTokenRegistration _stop;
    private readonly Lock _gate = new();
    private Renewals? _renewals;
    private Task _ending = Task.CompletedTask;
    private bool _isOver;
    private int _end;

    /// <param name="longRuns">Arms it should it last; null arms it at once.</param>
    public DeliveryLease(
        Delivery delivery, TaskDeliveries deliveries, LongRuns? longRuns, TimeSpan duration, ILogger logger, CancellationToken stopping)
    {
        _delivery = delivery;
        _deliveries = deliveries;
        _logger = logger;
        _duration = duration;
        _stop = stopping.UnsafeRegister(static lease => ((DeliveryLease)lease!).EndFor(LeaseEnd.Stopping), this);
        _longRuns = longRuns;
        if (longRuns is null)
        {
            Arm();
        }
        else
        {
            _run = longRuns.Add(this);
        }

        if (delivery.Task.CancelRequested)
        {
            EndFor(LeaseEnd.Cancelled);
        }
    }

    /// <summary>Cancelled when the handler has to end.</summary>
    public CancellationToken Ended => _ended.Token;

    public LeaseEnd End => (LeaseEnd)Volatile.Read(ref _end);

    /// <summary>Every write of the attempt tells how it stands.</summary>
    public void Observe(Hold hold)
    {
        switch (hold)
        {
            case Hold.Lost:
                EndFor(LeaseEnd.Lost);
                break;
            case Hold.Cancelling:
                EndFor(LeaseEnd.Cancelled);
                break;
        }
    }

    /// <summary>
    /// Begins to renew and to listen. An attempt of a plain task that is over in a moment never does; of one that lasts Redis is told
    /// that it runs.
    /// </summary>
    public void Arm()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _renewals ??= new Renewals(this);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        if (_run is not null)
        {
            _longRuns!.Remove(_run);
        }

        await _stop.DisposeAsync();
        if (_renewals is not null)
        {
            await _renewals.DisposeAsync();
        }

        await _ending;
        _ended.Dispose();
    }

    private void EndFor(LeaseEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, (int)LeaseEnd.None) == (int)LeaseEnd.None)
        {
            // What the handler hung on the token does not run on the thread that brought the news.
            _ending = _ended.CancelAsync();
        }
    }

    /// <summary>Renews three times in the lease's duration, and when something is to be looked at.</summary>
    private sealed class Renewals : IAsyncDisposable
    {
        private readonly DeliveryLease _lease;
        private readonly CancellationTokenSource _disposed = new();

        // Not disposed of: a wake-up may be on its way, and without a wait handle there is nothing to free.
        private readonly SemaphoreSlim _wake = new(0);
        private readonly IDisposable _subscription;
        private readonly Task _renewing;

        public Renewals(DeliveryLease lease)
        {
            _lease = lease;
            _subscription = lease._deliveries.OnWake(lease._delivery.Task.Id, Wake);
            _renewing = RenewAsync(lease._duration / 3);
        }

        public async ValueTask DisposeAsync()
        {
            _subscription.Dispose();
            await _disposed.CancelAsync();
            await _renewing;
            _disposed.Dispose();
        }

        private void Wake()
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }

        private async Task RenewAsync(TimeSpan interval)
        {
            // A task that was asked for is marked as running; one that was not, is now.
            var wait = _lease._delivery.IsPlain ? TimeSpan.Zero : interval;
            while (!_disposed.IsCancellationRequested)
            {
                try
                {
                    await _wake.WaitAsync(wait, _disposed.Token);
                    wait = interval;
                    _lease.Observe(await _lease._deliveries.RenewAsync(_lease._delivery, _disposed.Token));
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (Exception exception) when (exception is RedisUnavailableException or RedisServerException)
                {
                    // The next round tells. If it comes too late, another attempt takes over, and writes of this one are refused.
                    _lease._logger.LeaseNotRenewed(_lease._delivery.Task.Id, exception.GetType().Name);
                }
            }
        }
    }
}

/// <summary>Why a handler was ended.</summary>
internal enum LeaseEnd
{
    None,
    Lost,
    Cancelled,
    Stopping,
}
