using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Platform.Redis.Guarantees;

namespace Platform.Redis.Fallback;

/// <summary>
/// What one capability accepted in memory while Redis was away. Bounded by count and bytes; when Redis is back every entry is merged or
/// dropped, counted, and reported once. Made by <see cref="MemoryFallbacks"/>.
/// </summary>
/// <typeparam name="TValue">What is kept. The capability may change it in place, under a lock of its own.</typeparam>
public sealed class MemoryFallback<TValue> : IAsyncDisposable
    where TValue : class
{
    /// <summary>How soon it is seen that Redis is back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _capability;
    private readonly RedisStore _redis;
    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly FallbackMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Func<string, TValue, CancellationToken, Task<FallbackOutcome>> _merge;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private Task _reconciling = Task.CompletedTask;
    private bool _isReconciling;
    private volatile bool _isEmpty = true;
    private long _bytes;
    private long _kept;
    private long _dropped;

    internal MemoryFallback(
        string capability,
        RedisStore redis,
        RedisOptions options,
        TimeProvider time,
        FallbackMetrics metrics,
        ILogger logger,
        Func<string, TValue, CancellationToken, Task<FallbackOutcome>> merge)
    {
        (_capability, _redis, _options, _time, _metrics, _logger, _merge) = (capability, redis, options, time, metrics, logger, merge);
        metrics.Observe(capability, () => Report.Pending);
    }

    /// <summary>Raised, under no lock, when the first entry was accepted and when the last was merged or dropped.</summary>
    public event Action? Changed;

    /// <summary>Whether nothing waits: costs one read, for the request path.</summary>
    public bool IsEmpty => _isEmpty;

    /// <summary>What was accepted, and what became of it.</summary>
    public FallbackReport Report
    {
        get
        {
            lock (_gate)
            {
                return new FallbackReport(_entries.Count, _kept, _dropped);
            }
        }
    }

    /// <summary>Looks an entry up.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out TValue? value)
    {
        value = null;
        if (_isEmpty)
        {
            return false;
        }

        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Expires <= _time.GetUtcNow())
            {
                return false;
            }

            value = entry.Value;
            return true;
        }
    }

    /// <summary>Accepts an entry.</summary>
    /// <param name="key">What it is found by. It leaves this process only through the merge.</param>
    /// <param name="value">What is kept.</param>
    /// <param name="bytes">About how much memory it takes.</param>
    /// <param name="expires">From then on it is dropped.</param>
    /// <returns>False when there is one already, or no room: the caller refuses.</returns>
    public bool TryAdd(string key, TValue value, long bytes, DateTimeOffset expires)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var isFirst = false;
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var before) && before.Expires <= _time.GetUtcNow())
            {
                Resolve(key, FallbackOutcome.Dropped);
            }

            if (_stopping.IsCancellationRequested || _entries.Count >= _options.FallbackEntries || bytes > _options.FallbackBytes - _bytes
                || !_entries.TryAdd(key, new Entry(value, bytes, expires)))
            {
                return false;
            }

            _bytes += bytes;
            _isEmpty = false;
            if (!_isReconciling)
            {
                _isReconciling = isFirst = true;
                _reconciling = Task.Run(() => ReconcileAsync(_stopping.Token));
            }
        }

        if (isFirst)
        {
            Changed?.Invoke();
        }

        return true;
    }

    /// <summary>Lets an entry grow or shrink; false when there is no room, or no such entry.</summary>
    public bool TryResize(string key, long bytes)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || bytes - entry.Bytes > _options.FallbackBytes - _bytes)
            {
                return false;
            }

            _bytes += bytes - entry.Bytes;
            _entries[key] = entry with { Bytes = bytes };
            return true;
        }
    }

    /// <summary>Takes an entry back, as if it had not been accepted; false when it was merged or dropped before.</summary>
    public bool Remove(string key)
    {
        lock (_gate)
        {
            return Take(key);
        }
    }

    /// <summary>Ends with the process; what still waits is dropped, and said so.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task reconciling;
        lock (_gate)
        {
            reconciling = _reconciling;
        }

        await reconciling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Report.Pending is > 0 and var lost)
        {
            _logger.FallbackLost(_capability, lost);
        }

        _stopping.Dispose();
    }

    private async Task ReconcileAsync(CancellationToken stopping)
    {
        var (kept, dropped) = (_kept, _dropped);
        while (true)
        {
            await Task.Delay(Pause, _time, stopping).ConfigureAwait(false);
            if (_redis.State == RedisBreakerState.Closed)
            {
                await MergeAllAsync(stopping).ConfigureAwait(false);
            }

            lock (_gate)
            {
                if (_entries.Count == 0)
                {
                    _isReconciling = false;
                    (kept, dropped) = (_kept - kept, _dropped - dropped);
                    break;
                }
            }
        }

        if (kept + dropped > 0)
        {
            _logger.FallbackReconciled(_capability, kept, dropped);
        }

        Changed?.Invoke();
    }

    private async Task MergeAllAsync(CancellationToken stopping)
    {
        KeyValuePair<string, Entry>[] entries;
        lock (_gate)
        {
            entries = [.. _entries];
        }

        foreach (var (key, entry) in entries)
        {
            var outcome = FallbackOutcome.Dropped;
            if (entry.Expires > _time.GetUtcNow())
            {
                try
                {
                    outcome = await _merge(key, entry.Value, stopping).ConfigureAwait(false);
                }
                catch (RedisUnavailableException)
                {
                    // Gone again, or full: everything waits on.
                    return;
                }
                catch (Exception exception) when (!stopping.IsCancellationRequested)
                {
                    _logger.FallbackMergeFailed(exception, _capability);
                }
            }

            lock (_gate)
            {
                if (outcome != FallbackOutcome.Later && _entries.TryGetValue(key, out var now) && ReferenceEquals(now.Value, entry.Value))
                {
                    Resolve(key, outcome);
                }
            }
        }
    }

    private void Resolve(string key, FallbackOutcome outcome)
    {
        if (!Take(key))
        {
            return;
        }

        if (outcome == FallbackOutcome.Kept)
        {
            _kept++;
        }
        else
        {
            _dropped++;
        }

        _metrics.Reconciled(_capability, outcome);
    }

    private bool Take(string key)
    {
        if (!_entries.Remove(key, out var entry))
        {
            return false;
        }

        _bytes -= entry.Bytes;
        _isEmpty = _entries.Count == 0;
        return true;
    }

    private readonly record struct Entry(TValue Value, long Bytes, DateTimeOffset Expires);
}
