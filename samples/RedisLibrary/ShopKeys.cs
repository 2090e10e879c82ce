using Platform.Redis.Keys;

namespace RedisLibrary;

/// <summary>Everything that the shop keeps in Redis; the library adds its own families.</summary>
public static class ShopKeys
{
    public static readonly KeyFamily Orders = new(
        "orders", 1, KeyType.Stream, KeyTtl.Within(TimeSpan.FromDays(1)), "1,000 entries", "Orders", PersonalData: false, "What was ordered, for live readers.");

    public static readonly KeyFamily Stock = new(
        "stock", 1, KeyType.Hash, KeyTtl.Within(TimeSpan.FromDays(1)), "one", "Stocktaking", PersonalData: false, "When stock was taken last.");

    public static readonly KeyRegistry Registry = new("shop", "shop:", Orders, Stock);
}
