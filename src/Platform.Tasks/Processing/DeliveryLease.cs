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
    private readonly CancellationTokenSource _disposed = new();
    // Not disposed of: a wake-up may be on its way, and without a wait handle there is nothing to free.
    private readonly SemaphoreSlim _wake = new(0);

    private readonly IDisposable _subscription;
    private readonly CancellationTokenRegistration _stop;
    private readonly Task _renewing;
    private Task _ending = Task.CompletedTask;
    private int _end;

    public DeliveryLease(Delivery delivery, TaskDeliveries deliveries, TimeSpan duration, ILogger logger, CancellationToken stopping)
    {
        _delivery = delivery;
        _deliveries = deliveries;
        _logger = logger;
        _subscription = deliveries.OnWake(delivery.Task.Id, Wake);
        _stop = stopping.Register(() => EndFor(LeaseEnd.Stopping));
        _renewing = RenewAsync(duration / 3);
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

    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        await _stop.DisposeAsync();
        await _disposed.CancelAsync();
        await _renewing;
        await _ending;
        _disposed.Dispose();
        _ended.Dispose();
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    private void EndFor(LeaseEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, (int)LeaseEnd.None) == (int)LeaseEnd.None)
        {
            // What the handler hung on the token does not run on the thread that brought the news.
            _ending = _ended.CancelAsync();
        }
    }

    private async Task RenewAsync(TimeSpan interval)
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(interval, _disposed.Token);
                Observe(await _deliveries.RenewAsync(_delivery, _disposed.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is RedisUnavailableException or RedisServerException)
            {
                // The next round tells. If it comes too late, another attempt takes over, and writes of this one are refused.
                _logger.LeaseNotRenewed(_delivery.Task.Id, exception.GetType().Name);
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
