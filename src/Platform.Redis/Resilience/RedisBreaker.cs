using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.Resilience;

/// <summary>
/// Refuses at once while Redis is away. A few failures in a row open it, or one operation's whole time without an answer to anybody: a
/// request that does several things with Redis waits for the first alone. Callers are never sent ahead to find out whether Redis is
/// back, one background probe is, and it alone closes the breaker. On a cluster the failures may be of one primary, whose absence must
/// not cost the others their callers: there it opens only after a probe that no primary answered.
/// </summary>
internal sealed class RedisBreaker : IAsyncDisposable
{
    private readonly RedisAsker _asker;
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
    private int _away;
    private long _awaySince;
    private long _since;
    private long _answeredAt;

    public RedisBreaker(
        RedisAsker asker, IOptions<RedisOptions> options, TimeProvider time, RedisMetrics metrics, ILogger<RedisBreaker> logger)
    {
        _asker = asker;
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

        // On a cluster it says nothing about the primaries that failed; there a probe forgives.
        if (_failures != 0 && !_asker.Several)
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
        var several = _asker.Several;
        lock (_gate)
        {
            // While a part of a cluster is away the probes go on already, and open it where nobody answers any more.
            if (!IsClosed || !_recovery.IsCompleted || _stopping.IsCancellationRequested)
            {
                return;
            }

            _hint.Reset();
            if (!several)
            {
                Opened(reason);
            }

            _recovery = Task.Run(() => RecoverAsync(_stopping.Token));
        }

        if (!several)
        {
            Announce(reason);
        }
    }

    private async Task RecoverAsync(CancellationToken stopping)
    {
        var wait = _options.BreakerProbeInterval;
        if (IsClosed)
        {
            await ProbeAsync(stopping).ConfigureAwait(false);
        }

        while (!IsClosed || _away > 0)
        {
            await _hint.WaitAsync(wait, _time, stopping).ConfigureAwait(false);
            await ProbeAsync(stopping).ConfigureAwait(false);
            wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 3 / 2, _options.BreakerProbeIntervalMax.Ticks));
        }
    }

    private async Task ProbeAsync(CancellationToken stopping)
    {
        if (!IsClosed)
        {
            _state = RedisBreakerState.HalfOpen;
        }

        var answers = await _asker.AskAsync(stopping).ConfigureAwait(false);
        if (answers.Any)
        {
            _failures = 0;
            if (!IsClosed)
            {
                Close();
            }

            TellPart(answers);
            return;
        }

        var failure = answers.Failure ?? RedisUnavailableReason.ConnectionLost;
        if (IsClosed)
        {
            lock (_gate)
            {
                Opened(failure);
            }

            Announce(failure);
        }
        else
        {
            _state = RedisBreakerState.Open;
            Tell(failure);
        }
    }

    private void Opened(RedisUnavailableReason reason)
    {
        _cause = reason;
        Change(RedisBreakerState.Open);
    }

    private void Announce(RedisUnavailableReason reason)
    {
        _logger.BreakerOpened(reason);
        Raise(new RedisStateChange(Since, Available: false, reason, Outage: null));
    }

    private void TellPart(RedisAnswers answers)
    {
        var away = answers.Asked - answers.Answered;
        if (_away == 0 && away > 0)
        {
            _awaySince = _time.GetTimestamp();
            _logger.PartAway(away, answers.Asked, answers.Failure ?? RedisUnavailableReason.ConnectionLost);
        }
        else if (_away > 0 && away == 0)
        {
            _logger.PartBack(_time.GetElapsedTime(_awaySince).TotalSeconds);
        }

        _away = away;
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
