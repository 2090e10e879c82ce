using System.Diagnostics.Metrics;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.RateLimiting;

/// <summary>The instruments of rate limiting.</summary>
internal sealed class RateLimitMetrics : IDisposable
{
    private readonly Meter _meter;

    public RateLimitMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PlatformRedisDiagnostics.MeterName);
        Decisions = _meter.CreateCounter<long>(
            "platform.rate_limit.decisions", "{request}", "Requests decided, by policy and result.");
    }

    public Counter<long> Decisions { get; }

    public void ObservePartitions(Func<int> count) => _meter.CreateObservableGauge(
        "platform.rate_limit.local_partitions", count, "{partition}", "Partitions that the process remembers.");

    public void Dispose() => _meter.Dispose();
}
