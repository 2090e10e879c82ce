using Platform.Redis.Keys;

namespace Platform.Redis.Leases;

internal static class LeaseKeys
{
    public static readonly KeyFamily[] All = [];
}
