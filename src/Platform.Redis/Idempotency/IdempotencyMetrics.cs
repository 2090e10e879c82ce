using System.Diagnostics.Metrics;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.Idempotency;

internal sealed class IdempotencyMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _requests;

    public IdempotencyMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PlatformRedisDiagnostics.MeterName);
        _requests = _meter.CreateCounter<long>(
            "platform.redis.idempotency.requests", "{request}", "Requests with an idempotency key, by what they came to.");
    }

    public void Count(IdempotencyOutcome outcome)
    {
        if (_requests.Enabled)
        {
            Count(outcome switch
            {
                IdempotencyOutcome.Acquired => "acquired",
                IdempotencyOutcome.Answered => "replayed",
                IdempotencyOutcome.InFlight => "in_flight",
                IdempotencyOutcome.Unknown => "unknown",
                _ => "reused",
            });
        }
    }

    /// <summary>A holder came back after another took its key over.</summary>
    public void CountLost() => Count("lost");

    public void Dispose() => _meter.Dispose();

    private void Count(string result) => _requests.Add(1, new KeyValuePair<string, object?>("result", result));
}
