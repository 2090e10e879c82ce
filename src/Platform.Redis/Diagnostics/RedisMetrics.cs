using System.Diagnostics;
using System.Diagnostics.Metrics;
using Platform.Redis.Guarantees;

namespace Platform.Redis.Diagnostics;

/// <summary>The instruments of the store and its breaker. Tags are closed sets: no keys, no ids.</summary>
internal sealed class RedisMetrics : IDisposable
{
    public const string OperationTag = "operation";
    public const string ResultTag = "result";

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _transitions;

    public RedisMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PlatformRedisDiagnostics.MeterName);
        _duration = _meter.CreateHistogram(
            "platform.redis.operation.duration", "s", "Time an operation took, as its caller saw it.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
            });
        _reloads = _meter.CreateCounter<long>(
            "platform.redis.script.reloads", "{script}", "Scripts the server did not know and was sent again.");
        _transitions = _meter.CreateCounter<long>(
            "platform.redis.breaker.transitions", "{transition}", "Times the breaker opened or closed.");
    }

    public void ObserveBreaker(Func<RedisBreakerState> state) => _meter.CreateObservableGauge(
        "platform.redis.breaker.state", () => (int)state(), unit: null, "0 closed, 1 half-open, 2 open.");

    public void ObserveGuarantees(Func<IEnumerable<(string Capability, GuaranteeMode Mode)>> modes) => _meter.CreateObservableGauge(
        "platform.redis.guarantee.mode",
        () => modes().Select(static one => new Measurement<int>((int)one.Mode, new KeyValuePair<string, object?>("capability", one.Capability))),
        unit: null, "0 on Redis, 1 local, 2 refusing, 3 starting.");

    /// <summary>Zero where nobody listens, so that the clock is not read.</summary>
    public long Start() => _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public void Completed(long start, string operation, string result)
    {
        if (start != 0)
        {
            _duration.Record(
                Stopwatch.GetElapsedTime(start).TotalSeconds,
                new KeyValuePair<string, object?>(OperationTag, operation),
                new KeyValuePair<string, object?>(ResultTag, result));
        }
    }

    public void ScriptReloaded(string script) => _reloads.Add(1, new KeyValuePair<string, object?>("script", script));

    public void BreakerChanged(RedisBreakerState state) =>
        _transitions.Add(1, new KeyValuePair<string, object?>("state", state == RedisBreakerState.Closed ? "closed" : "open"));

    public void Dispose() => _meter.Dispose();
}
