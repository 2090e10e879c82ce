using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.RedisApp.Documentation.OfKeys;

// <docs:keys 1>
public static class ShopKeys
{
    public static readonly KeyFamily Stock = new(
        "stock", 1, KeyType.Hash, KeyTtl.Within(TimeSpan.FromDays(1)), "one", "Stocktaking", PersonalData: false, "When stock was taken last.");

    public static readonly KeyRegistry Registry = new("shop", "shop:", Stock);
}
// </docs>

internal static class KeyUse
{
    public static RedisKey Make(Keyspace keys)
    {
        // <docs:keys 1>
        RedisKey key = keys.Key(ShopKeys.Stock, "all");   // shop:stock:v1:{all}
        // </docs>
        return key;
    }
}
