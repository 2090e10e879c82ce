using Platform.Redis.Keys;

namespace Platform.Redis.RateLimiting;

internal static class RateLimitKeys
{
    public static readonly KeyFamily[] All = [];
}
