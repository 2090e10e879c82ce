namespace Platform.Redis.RateLimiting;

/// <summary>
/// What this instance may grant while Redis is away: its part of the limit. In the first window its part of that part, because the
/// instances together may have granted the whole limit through Redis already; so the total stays below limit x (1 + 1/instances).
/// </summary>
internal sealed class LocalShare
{
    private readonly Lock _gate = new();
    private long _outage = long.MinValue;
    private long _window;
    private double _level;
    private long _levelAt;
    private int _used;
    private int _reported;
    private int _held;
    private Task? _reporting;

    public (bool Granted, int Remaining, long Reset, long Retry) Take(RateLimitRule rule, int cost, long now, long awaySince, InstanceShare instances)
    {
        lock (_gate)
        {
            return IsBucket(rule)
                ? TakeFromBucket(rule, cost, now, awaySince, instances)
                : TakeFromWindow(rule, cost, now, awaySince, instances);
        }
    }

    /// <summary>Concurrency: permits that are held, until <see cref="Release"/>.</summary>
    public (bool Granted, int Remaining, long Reset, long Retry) Hold(RateLimitRule rule, int cost, long now, long awaySince, InstanceShare instances)
    {
        lock (_gate)
        {
            var share = now - awaySince < rule.WindowMs ? instances.FirstOf(rule.Limit) : instances.Of(rule.Limit);
            if (_held + cost > share)
            {
                return (false, share - _held, RateLimitOutage.RetryInterval, RateLimitOutage.RetryInterval);
            }

            _held += cost;
            return (true, share - _held, 0, 0);
        }
    }

    public void Release(int cost)
    {
        lock (_gate)
        {
            _held -= cost;
        }
    }

    /// <summary>Whether Redis has yet to hear of permits.</summary>
    public bool HasUnreported => Volatile.Read(ref _used) > Volatile.Read(ref _reported) || Volatile.Read(ref _reporting) is { IsCompleted: false };

    /// <summary>Tells Redis what was granted without it. Whoever comes meanwhile waits for the same report.</summary>
    /// <param name="rule">What was granted under.</param>
    /// <param name="now">The clock.</param>
    /// <param name="send">Counts permits in Redis.</param>
    public Task ReportAsync(RateLimitRule rule, long now, Func<int, Task> send)
    {
        lock (_gate)
        {
            if (_reporting is { IsCompleted: false } other)
            {
                return other;
            }

            var fresh = _used - _reported;
            _reported = _used;

            // A window that ended counts for nothing any more.
            var counts = IsBucket(rule) || (now - _outage) / rule.WindowMs == _window;
            return fresh > 0 && counts ? _reporting = SendAsync(Math.Min(fresh, rule.Burst), fresh, send) : Task.CompletedTask;
        }
    }

    private async Task SendAsync(int permits, int unreported, Func<int, Task> send)
    {
        try
        {
            await send(permits).ConfigureAwait(false);
        }
        catch
        {
            lock (_gate)
            {
                _reported = Math.Max(0, _reported - unreported);
            }

            throw;
        }
    }

    private static bool IsBucket(RateLimitRule rule) => rule.Algorithm is RateLimitAlgorithm.Gcra or RateLimitAlgorithm.TokenBucket;

    private (bool Granted, int Remaining, long Reset, long Retry) TakeFromWindow(
        RateLimitRule rule, int cost, long now, long awaySince, InstanceShare instances)
    {
        var window = (now - awaySince) / rule.WindowMs;
        if (_outage != awaySince || _window != window)
        {
            (_outage, _window, _used, _reported) = (awaySince, window, 0, 0);
        }

        var share = window == 0 ? instances.FirstOf(rule.Limit) : instances.Of(rule.Limit);
        var left = awaySince + ((window + 1) * rule.WindowMs) - now;
        if (_used + cost > share)
        {
            return (false, share - _used, left, Math.Max(left, 1));
        }

        _used += cost;
        return (true, share - _used, left, 0);
    }

    private (bool Granted, int Remaining, long Reset, long Retry) TakeFromBucket(
        RateLimitRule rule, int cost, long now, long awaySince, InstanceShare instances)
    {
        var share = instances.Of(rule.Burst);
        var perMillisecond = (double)rule.Limit / rule.WindowMs / instances.Count;
        if (_outage != awaySince)
        {
            (_outage, _level, _levelAt, _used, _reported) = (awaySince, instances.FirstOf(rule.Burst), awaySince, 0, 0);
        }

        _level = Math.Min(share, _level + ((now - _levelAt) * perMillisecond));
        _levelAt = now;
        if (_level < cost)
        {
            var retry = (long)Math.Ceiling((cost - _level) / perMillisecond);
            return (false, (int)_level, retry, Math.Max(retry, 1));
        }

        _level -= cost;
        _used += cost;
        return (true, (int)_level, (long)Math.Ceiling((share - _level) / perMillisecond), 0);
    }
}
