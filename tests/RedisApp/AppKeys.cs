using Platform.Redis.Keys;

namespace Platform.RedisApp;

/// <summary>The keys of the program that tests start as replicas.</summary>
public static class AppKeys
{
    public static readonly KeyFamily Record = new(
        "record", 1, KeyType.Hash, KeyTtl.Within(TimeSpan.FromMinutes(10)), "one per test", "LeaseEndpoints", false, "What is counted under a lease.");

    public static readonly KeyFamily Log = new(
        "log", 1, KeyType.Stream, KeyTtl.Within(TimeSpan.FromMinutes(10)), "10,000 entries", "EventEndpoints", false, "What is read over HTTP.");

    public static readonly KeyFamily Item = new(
        "item", 1, KeyType.String, KeyTtl.Within(TimeSpan.FromMinutes(5)), "one per write of a test", "ResilienceEndpoints", false, "What is written during an outage.");

    public static readonly KeyRegistry Registry = new("redisapp", "app:", Record, Log, Item);
}
