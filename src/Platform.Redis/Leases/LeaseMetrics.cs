using System.Diagnostics.Metrics;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.Leases;

/// <summary>The instruments of leases. Names of leases are no tags.</summary>
internal sealed class LeaseMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _losses;

    public LeaseMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PlatformRedisDiagnostics.MeterName);
        _attempts = _meter.CreateCounter<long>("platform.redis.lease.attempts", "{attempt}", "Leases asked for, by what became of it.");
        _losses = _meter.CreateCounter<long>("platform.redis.lease.losses", "{lease}", "Leases lost while they were held.");
    }

    public void Attempted(bool taken) => _attempts.Add(1, new KeyValuePair<string, object?>("result", taken ? "taken" : "held"));

    public void Lost(bool taken) => _losses.Add(1, new KeyValuePair<string, object?>("reason", taken ? "taken" : "unconfirmed"));

    public void Dispose() => _meter.Dispose();
}
