using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.Resilience;

/// <summary>
/// Refuses at once while Redis is away. A few failures in a row open it, or one operation's whole time without an answer to anybody: a
/// request that does several things with Redis waits for the first alone. Callers are never sent ahead to find out whether Redis is
/// back, one background probe is, and it alone closes the breaker.
/// </summary>
internal sealed class RedisBreaker : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task> _probe;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly RedisMetrics _metrics;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly WakeSignal _hint = new();
    private volatile RedisBreakerState _state;
    private volatile int _failures;
    private Task _recovery = Task.CompletedTask;
    private RedisUnavailableReason _cause;
    private long _since;
    private long _answeredAt;

    /// <param name="probe">One attempt to reach Redis; completes when it answered.</param>
    public RedisBreaker(
        Func<CancellationToken, Task> probe, IOptions<RedisOptions> options, TimeProvider time, RedisMetrics metrics, ILogger<RedisBreaker> logger)
    {
        _probe = probe;
        _options = options.Value;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _since = time.GetUtcNow().UtcTicks;
        metrics.ObserveBreaker(() => State);
    }

    /// <summary>It opened or closed.</summary>
    public event Action<RedisStateChange>? Changed;

    public RedisBreakerState State => _state;

    public bool IsClosed => _state == RedisBreakerState.Closed;

    /// <summary>When it last opened or closed.</summary>
    public DateTimeOffset Since => new(Interlocked.Read(ref _since), TimeSpan.Zero);

    public void Succeeded()
    {
        Answered();
        if (_failures != 0)
        {
            _failures = 0;
        }
    }

    /// <summary>Redis gave some answer, if only a refusal.</summary>
    public void Answered()
    {
        // Written once a millisecond, not once an operation.
        if (Environment.TickCount64 is var now && Volatile.Read(ref _answeredAt) != now)
        {
            Volatile.Write(ref _answeredAt, now);
        }
    }

    /// <summary>An operation waited for all of its time.</summary>
    /// <param name="reason">For what.</param>
    /// <param name="since">Since when, by <see cref="Environment.TickCount64"/>.</param>
    public void Waited(RedisUnavailableReason reason, long since)
    {
        if (IsClosed && (Interlocked.Increment(ref _failures) >= _options.BreakerThreshold || Volatile.Read(ref _answeredAt) <= since))
        {
            Open(reason);
        }
    }

    public void Failed(RedisUnavailableReason reason)
    {
        if (IsClosed && Interlocked.Increment(ref _failures) >= _options.BreakerThreshold)
        {
            Open(reason);
        }
    }

    /// <summary>Something suggests that Redis is back: the next probe need not wait.</summary>
    public void Hint() => _hint.Set();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task recovery;
        lock (_gate)
        {
            recovery = _recovery;
        }

        await recovery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void Open(RedisUnavailableReason reason)
    {
        lock (_gate)
        {
            if (!IsClosed || _stopping.IsCancellationRequested)
            {
                return;
            }

            _cause = reason;
            _hint.Reset();
            Change(RedisBreakerState.Open);
            _recovery = Task.Run(() => RecoverAsync(_stopping.Token));
        }

        _logger.BreakerOpened(reason);
        Raise(new RedisStateChange(Since, Available: false, reason, Outage: null));
    }

    private async Task RecoverAsync(CancellationToken stopping)
    {
        var wait = _options.BreakerProbeInterval;
        while (true)
        {
            await _hint.WaitAsync(wait, _time, stopping).ConfigureAwait(false);
            _state = RedisBreakerState.HalfOpen;
            if (await FailureAsync(stopping).ConfigureAwait(false) is not { } failure)
            {
                Close();
                return;
            }

            _state = RedisBreakerState.Open;
            Tell(failure);
            wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 3 / 2, _options.BreakerProbeIntervalMax.Ticks));
        }
    }

    /// <summary>Why the probe failed; null when Redis answered.</summary>
    private async Task<RedisUnavailableReason?> FailureAsync(CancellationToken stopping)
    {
        var answer = _probe(stopping);
        try
        {
            await answer.WaitAsync(_options.OperationTimeout, _time, stopping).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            answer.Abandon();
            return RedisFailure.Of(exception) switch
            {
                // A refusal such as MISCONF is an answer: reads work again.
                { CountsAgainstBreaker: false } => null,
                { } failure => failure.Reason,
                null => RedisUnavailableReason.ConnectionLost,
            };
        }
    }

    // This one does not pass by itself.
    private void Tell(RedisUnavailableReason failure)
    {
        if (failure == RedisUnavailableReason.AuthenticationFailed && _cause != failure)
        {
            _cause = failure;
            _logger.CredentialsRefused();
        }
    }

    private void Close()
    {
        TimeSpan outage;
        lock (_gate)
        {
            outage = _time.GetUtcNow() - Since;
            _failures = 0;
            Change(RedisBreakerState.Closed);
        }

        _logger.BreakerClosed(outage.TotalSeconds);
        Raise(new RedisStateChange(Since, Available: true, Reason: null, outage));
    }

    private void Change(RedisBreakerState state)
    {
        Interlocked.Exchange(ref _since, _time.GetUtcNow().UtcTicks);
        _state = state;
        _metrics.BreakerChanged(state);
    }

    private void Raise(RedisStateChange change)
    {
        try
        {
            Changed?.Invoke(change);
        }
        catch (Exception exception)
        {
            _logger.ListenerFailed(exception);
        }
    }
}
