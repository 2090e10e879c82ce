using StackExchange.Redis;

namespace Platform.Redis.Leases;

/// <summary>A lease that is held. Its end is reckoned from before each question was sent, so it is never later than Redis's own.</summary>
internal sealed class RedisLease : ILease
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);

    private readonly RedisLeases _leases;
    private readonly RedisKey[] _keys;
    private readonly RedisValue _token;
    private readonly TimeSpan _duration;
    private readonly long _taken;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _renewing = new();
    private readonly ITimer _ending;
    private readonly Task _renewal;
    private TimeSpan _confirmed;
    private bool _over;

    /// <param name="leases">Where it comes from.</param>
    /// <param name="keys">The lease and its fence.</param>
    /// <param name="token">The holder's token.</param>
    /// <param name="fence">The number.</param>
    /// <param name="duration">How long Redis keeps it after each renewal.</param>
    /// <param name="asked">The timestamp from before it was asked for.</param>
    public RedisLease(RedisLeases leases, RedisKey[] keys, RedisValue token, long fence, TimeSpan duration, long asked)
    {
        _leases = leases;
        _keys = keys;
        _token = token;
        _duration = duration;
        _taken = asked;
        _confirmed = Usable;
        Fence = fence;
        Lost = _lost.Token;
        _ending = leases.Time.CreateTimer(static lease => ((RedisLease)lease!).Look(), this, Due(), Timeout.InfiniteTimeSpan);
        _renewal = RenewAsync(_renewing.Token);
    }

    public long Fence { get; }

    public CancellationToken Lost { get; }

    public bool IsHeld
    {
        get
        {
            lock (_gate)
            {
                return !_over && Left() > TimeSpan.Zero;
            }
        }
    }

    private TimeSpan Usable => _duration * (1 - _leases.Options.SafetyMargin);

    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _over = true;
        }

        // A renewal under way is sent before the release, on the same connection.
        await _renewing.CancelAsync().ConfigureAwait(false);
        await _renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ending.DisposeAsync().ConfigureAwait(false);
        return await _leases.ReleaseAsync(_keys[0], _token, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_renewing.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            // It ends by itself.
        }
    }

    private TimeSpan Left() => _confirmed - _leases.Time.GetElapsedTime(_taken);

    private TimeSpan Due() => Left() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private async Task RenewAsync(CancellationToken stopping)
    {
        var pause = _duration / 3;
        while (true)
        {
            await Task.Delay(pause, _leases.Time, stopping).ConfigureAwait(false);
            var asked = _leases.Time.GetElapsedTime(_taken);
            try
            {
                if (!await _leases.ExtendAsync(_keys, _token, _duration, stopping).ConfigureAwait(false))
                {
                    End(taken: true);
                    return;
                }

                if (!Confirm(asked + Usable))
                {
                    return;
                }

                pause = _duration / 3;
            }
            catch (RedisUnavailableException)
            {
                // Again and again until it may have ended; the timer sees to that.
                pause = _duration / 10 > ShortestPause ? _duration / 10 : ShortestPause;
            }
        }
    }

    /// <summary>Whether the confirmation came in time.</summary>
    private bool Confirm(TimeSpan until)
    {
        lock (_gate)
        {
            if (_over || Left() <= TimeSpan.Zero)
            {
                return !_over;
            }

            _confirmed = until;
            _ending.Change(Due(), Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            if (Left() is var left && left > TimeSpan.Zero)
            {
                _ending.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        End(taken: false);
    }

    private void End(bool taken)
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
        }

        _leases.Lost(taken, _leases.Time.GetElapsedTime(_taken));

        // Not here: whoever listens may take its time.
        _ = _lost.CancelAsync();
    }
}
