using Platform.Redis.Caching;
using Platform.Redis.Idempotency;
using Platform.Redis.Leases;
using Platform.Redis.RateLimiting;

namespace Platform.Redis.Keys;

/// <summary>The families that the library keeps in every service's keyspace.</summary>
internal static class LibraryKeys
{
    public static readonly KeyFamily Health = new(
        "health", 1, KeyType.String, KeyTtl.Within(TimeSpan.FromSeconds(10)), "one per process", "Platform.Redis", false,
        "Written, read and deleted by the health check.");

    public static readonly KeyFamily[] All =
        [Health, .. CacheKeys.All, .. RateLimitKeys.All, .. IdempotencyKeys.All, .. LeaseKeys.All];
}
