using System.Security.Cryptography;
using System.Text;
using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;

namespace Platform.Redis.Tests.Keys;

public sealed class KeyRegistryTests
{
    private static readonly KeyFamily Sound = TestKeys.Item;

    [Theory]
    [InlineData("user")]
    [InlineData("User:")]
    [InlineData(":")]
    [InlineData("a:b:")]
    [InlineData("")]
    public void Registry_InvalidPrefix_Throws(string prefix) => Assert.Throws<ArgumentException>(() => new KeyRegistry("x", prefix, Sound));

    [Fact]
    public void Registry_IncompleteFamily_Throws()
    {
        KeyFamily[] incomplete =
        [
            Sound with { Name = "Item" }, Sound with { Version = 0 }, Sound with { Ttl = default }, Sound with { Bound = "" },
            Sound with { Owner = " " }, Sound with { Purpose = "" }, Sound with { Name = "health" },
        ];
        Assert.All(incomplete, family => Assert.Throws<ArgumentException>(() => new KeyRegistry("x", "x:", family)));
    }

    [Fact]
    public void Registry_FamilyTwice_Throws() => Assert.Throws<ArgumentException>(() => new KeyRegistry("x", "x:", Sound, Sound with { Owner = "y" }));

    [Fact]
    public void Registry_TwoVersions_AreTwoFamilies()
    {
        var next = Sound with { Version = 2 };
        var registry = new KeyRegistry("x", "x:", Sound, next);
        Assert.Same(Sound, registry.Find("item", 1));
        Assert.Same(next, registry.Find("item", 2));
        Assert.Null(registry.Find("item", 3));
    }

    [Theory]
    [InlineData(30 * 24 * 3600.0, "30 d")]
    [InlineData(7200.0, "2 h")]
    [InlineData(900.0, "15 min")]
    [InlineData(90.0, "90 s")]
    [InlineData(0.25, "250 ms")]
    public void Ttl_PrintsInItsLargestUnit(double seconds, string expected) =>
        Assert.Equal(expected, KeyTtl.Within(TimeSpan.FromSeconds(seconds)).ToString());

    [Fact]
    public void Ttl_WithoutTimeOrReason_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyTtl.Within(TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => KeyTtl.None(" "));
    }

    [Fact]
    public void Document_RendersEveryFamily()
    {
        var registry = new KeyRegistry("userservice", "user:", Sound with { Purpose = "a|b" });
        var page = KeyRegistryDocument.Render([registry]);
        Assert.StartsWith(
            """
            # Redis keys

            Generated from the key registries; a test compares it. Grammar: `<prefix><family>:v<n>:{<partition>}[:<part>]`.

            ## userservice

            | key | type | time to live | bound | owner | personal data | purpose |
            |---|---|---|---|---|---|---|
            | `user:item:v1` | string | 1 h | one per test | tests | no | a\|b |
            | `user:health:v1` | string | 10 s | one per process | Platform.Redis | no | Written, read and deleted by the health check. |

            """.ReplaceLineEndings("\n"),
            page,
            StringComparison.Ordinal);
        Assert.Equal(registry.Families.Count, page.Split('\n').Count(line => line.StartsWith("| `user:", StringComparison.Ordinal)));
    }

    [Fact]
    public void Acl_NamesOnlyTheServicesKeysAndChannels()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("password")));
        var line = KeyRegistryAcl.Render(TestKeys.Registry, hash);

        Assert.StartsWith($"user testservice on resetpass #{hash} resetkeys ~test:* resetchannels &test:* -@all ", line, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => KeyRegistryAcl.Render(TestKeys.Registry, "password"));
    }
}
