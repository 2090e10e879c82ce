using Platform.Redis.Keys;

namespace Platform.Redis.Tests.Support;

internal static class TestKeys
{
    public static readonly KeyFamily Item = new(
        "item", 1, KeyType.String, KeyTtl.Within(TimeSpan.FromHours(1)), "one per test", "tests", false, "A value.");

    public static readonly KeyFamily Log = new(
        "log", 2, KeyType.Stream, KeyTtl.Within(TimeSpan.FromHours(1)), "100 entries", "tests", true, "Events.");

    public static readonly KeyFamily Setting = new(
        "setting", 1, KeyType.Hash, KeyTtl.None("there is one"), "one", "tests", false, "Lasts.");

    public static readonly KeyRegistry Registry = new("testservice", "test:", Item, Log, Setting);
}
