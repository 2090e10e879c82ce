using System.Diagnostics.Metrics;
using Platform.Redis.Diagnostics;

namespace Platform.Redis.Caching;

/// <summary>The instruments of the cache, by namespace: the declared ones and <c>other</c>. What hits count is read, not reported, so a hit pays nothing.</summary>
internal sealed class CacheMetrics : IDisposable
{
    private const string NamespaceTag = "namespace";
    private const string ResultTag = "result";

    private readonly Meter _meter;
    private readonly Histogram<double> _factory;

    public CacheMetrics(IMeterFactory meters, CacheNamespaceTable namespaces)
    {
        _meter = meters.Create(PlatformRedisDiagnostics.MeterName);
        _factory = _meter.CreateHistogram<double>("platform.cache.factory.duration", "s", "Time a factory took.");
        _meter.CreateObservableCounter(
            "platform.cache.requests", () => namespaces.All.SelectMany(Requests), "{request}", "Answers, by where they came from.");
        _meter.CreateObservableCounter(
            "platform.cache.evictions", () => Each(namespaces, counters => counters.Evictions), "{entry}", "Entries that made room in memory.");
        _meter.CreateObservableUpDownCounter(
            "platform.cache.memory.bytes", () => Each(namespaces, counters => counters.MemoryBytes), "By", "Bytes of entries in memory.");
        _meter.CreateObservableCounter(
            "platform.cache.redis.written", () => Each(namespaces, counters => counters.RedisBytes), "By", "Bytes written to Redis.");
    }

    public void FactoryRan(CacheNamespace space, TimeSpan took, bool failed)
    {
        space.Counters.FactoryRan(took, failed);
        _factory.Record(
            took.TotalSeconds,
            new KeyValuePair<string, object?>(NamespaceTag, space.Name), new KeyValuePair<string, object?>(ResultTag, failed ? "failed" : "ok"));
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Requests(CacheNamespace space)
    {
        var counters = space.Counters;
        return
        [
            Of(space, counters.MemoryHits, "memory_hit"),
            Of(space, counters.RedisHits, "redis_hit"),
            Of(space, counters.Misses, "miss"),
            Of(space, counters.Stale, "stale"),
        ];
    }

    private static IEnumerable<Measurement<long>> Each(CacheNamespaceTable namespaces, Func<CacheCounters, long> value) =>
        namespaces.All.Select(space => new Measurement<long>(value(space.Counters), new KeyValuePair<string, object?>(NamespaceTag, space.Name)));

    private static Measurement<long> Of(CacheNamespace space, long value, string result) => new(
        value, new KeyValuePair<string, object?>(NamespaceTag, space.Name), new KeyValuePair<string, object?>(ResultTag, result));
}
