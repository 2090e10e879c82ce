using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.RedisApp.Documentation;

/// <summary>What the examples of <c>docs/redis</c> take for given. They are compiled here, as a service would, and compared by a test.</summary>
internal static class Shop
{
    public static string Export() => "";

    public static string Status() => "";

    public static void Show(IReadOnlyList<NameValueEntry> fields) => Console.WriteLine(fields.Count);

    public static void Show(byte[] bytes) => Console.WriteLine(bytes.Length);

    public static Task ReadStateAfreshAsync() => Task.CompletedTask;

    public static Task<int> CountAsync(CancellationToken cancellationToken) => Task.FromResult(cancellationToken.IsCancellationRequested ? 0 : 1);
}

internal abstract class PriceStore
{
    public abstract ValueTask<decimal> ReadAsync(string id, CancellationToken cancellationToken);

    public abstract Task<decimal[]> ReadAllAsync(CancellationToken cancellationToken);
}

internal static class ShopKeys
{
    public static readonly KeyFamily Customer = Family("customer", KeyType.String);
    public static readonly KeyFamily Draft = Family("draft", KeyType.String);
    public static readonly KeyFamily Orders = Family("orders", KeyType.Stream);
    public static readonly KeyFamily Stock = Family("stock", KeyType.Hash);
    public static readonly KeyFamily Visits = Family("visits", KeyType.String);

    public static readonly KeyRegistry Registry = new("shop", "shop:", Customer, Draft, Orders, Stock, Visits);

    private static KeyFamily Family(string name, KeyType type) => new(
        name, 1, type, KeyTtl.Within(TimeSpan.FromDays(1)), "one", "Shop", PersonalData: false, "Of an example.");
}

internal static class ProfileKeys
{
    public static readonly KeyFamily Name = ShopKeys.Customer;
}

internal static class TaskKeys
{
    public static readonly KeyRegistry Registry = ShopKeys.Registry;
}
