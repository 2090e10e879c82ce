using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.Fallback;

internal sealed class FallbackMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _reconciled;
    private readonly ConcurrentDictionary<string, Func<long>> _pending = new(StringComparer.Ordinal);

    public FallbackMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PlatformRedisDiagnostics.MeterName);
        _reconciled = _meter.CreateCounter<long>(
            "platform.redis.fallback.reconciled", "{entry}", "Entries accepted in memory while Redis was away, by what became of them.");
        _meter.CreateObservableGauge(
            "platform.redis.fallback.pending",
            () => _pending.Select(one => new Measurement<long>(one.Value(), new KeyValuePair<string, object?>("capability", one.Key))),
            "{entry}", "Entries accepted in memory that wait for Redis.");
    }

    public void Observe(string capability, Func<long> pending) => _pending[capability] = pending;

    public void Reconciled(string capability, FallbackOutcome outcome) => _reconciled.Add(
        1, new KeyValuePair<string, object?>("capability", capability),
        new KeyValuePair<string, object?>("result", outcome == FallbackOutcome.Kept ? "kept" : "dropped"));

    public void Dispose() => _meter.Dispose();
}
