using Platform.Redis.Keys;

namespace Platform.Redis.Caching;

internal static class CacheKeys
{
    public static readonly KeyFamily[] All = [];
}
