using Platform.Redis.Keys;

namespace Platform.Redis.Caching;

internal static class CacheKeys
{
    /// <summary>The longest life of an entry. Generations live longer, so that an entry never outlives what it was written under.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    public static readonly TimeSpan GenerationLife = TimeSpan.FromDays(14);

    public static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(1);

    public static readonly KeyFamily Entry = new(
        "cache", 1, KeyType.String, KeyTtl.Within(LongestLife), "expiry; no writes at 80 % of maxmemory; 1 MiB each",
        "Platform.Redis.Caching", true, "A cached value, sealed where its namespace is sensitive; part `lease`: who computes it.");

    public static readonly KeyFamily Generation = new(
        "cache-generation", 1, KeyType.String, KeyTtl.Within(GenerationLife), "one per namespace and tag in use",
        "Platform.Redis.Caching", false, "The generation of a namespace or tag: clearing it raises the number.");

    public static readonly KeyFamily Changes = new(
        "cache-changes", 1, KeyType.Stream, KeyTtl.Within(TimeSpan.FromDays(1)), "about 10,000 entries",
        "Platform.Redis.Caching", false, "What was cleared or removed, for the memory of other processes: generations and hashes.");

    public static readonly KeyFamily Item = new(
        "cache-item", 1, KeyType.String, KeyTtl.Within(TimeSpan.FromDays(400)), "expiry; 1 MiB each",
        "Platform.Redis.Caching", true, "A value of IDistributedCache, sealed where that is sensitive.");

    public static readonly KeyFamily[] All = [Entry, Generation, Changes, Item];

    /// <summary>The part of an entry's keys that says who computes it.</summary>
    public const string LeasePart = "lease";
}
