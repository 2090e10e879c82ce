using Platform.Redis.Keys;

namespace Platform.Redis.RateLimiting;

internal static class RateLimitKeys
{
    /// <summary>The longest time that a policy may look back: it bounds the life of every key.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromHours(24);

    public static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan LongestBan = TimeSpan.FromDays(30);

    /// <summary>What all instances share lies on one slot.</summary>
    public const string Shared = "shared";

    public static readonly KeyFamily State = new(
        "rate-limit", 1, KeyType.String, KeyTtl.Within(2 * LongestWindow), "policies x partitions seen within their window",
        "Platform.Redis.RateLimiting", false, "What a partition used of a policy. The partition is an HMAC.");

    public static readonly KeyFamily Held = new(
        "rate-limit-held", 1, KeyType.SortedSet, KeyTtl.Within(LongestLease), "the policy's limit",
        "Platform.Redis.RateLimiting", false, "Concurrency permits that are held, by expiry. The partition is an HMAC.");

    public static readonly KeyFamily Policies = new(
        "rate-limit-policies", 1, KeyType.Hash, KeyTtl.None("settings, one field per configured policy"), "one, a field per policy",
        "Platform.Redis.RateLimiting", false, "What administrators changed of the configured policies.");

    public static readonly KeyFamily Bans = new(
        "rate-limit-bans", 1, KeyType.SortedSet, KeyTtl.Within(LongestBan), "one, 10000 members",
        "Platform.Redis.RateLimiting", false, "Partitions (as HMAC) that are refused, by the end of the ban.");

    public static readonly KeyFamily Instances = new(
        "rate-limit-instances", 1, KeyType.SortedSet, KeyTtl.Within(TimeSpan.FromMinutes(1)), "one, a member per process",
        "Platform.Redis.RateLimiting", false, "The processes that share the limits, by their last heartbeat.");

    public static readonly KeyFamily Demand = new(
        "rate-limit-demand", 1, KeyType.Hash, KeyTtl.Within(TimeSpan.FromDays(7)), "one, three fields per policy",
        "Platform.Redis.RateLimiting", false, "How many requests each policy allowed, refused, and would have refused.");

    public static readonly KeyFamily[] All = [State, Held, Policies, Bans, Instances, Demand];
}
