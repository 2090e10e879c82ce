using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;

namespace Platform.Redis.Tests.Keys;

public sealed class KeyspaceTests
{
    private static readonly Keyspace Keys = new(TestKeys.Registry);

    [Fact]
    public void Key_OfPartition_IsExact() => Assert.Equal("test:item:v1:{ses_9f}", Keys.Key(TestKeys.Item, "ses_9f"));

    [Fact]
    public void Key_OfPart_IsExact() => Assert.Equal("test:log:v2:{tsk_01}:events", Keys.Key(TestKeys.Log, "tsk_01", "events"));

    [Fact]
    public void Channel_IsExactAndLiteral()
    {
        var channel = Keys.Channel("wake");
        Assert.Equal("test:ch:wake", channel.ToString());
        Assert.False(channel.IsPattern);
    }

    [Theory]
    [InlineData(null, "test:")]
    [InlineData("", "test:")]
    [InlineData("t1", "t1:test:")]
    [InlineData("t1:", "t1:test:")]
    public void Prefix_WithKeyPrefix_StandsBehindIt(string? keyPrefix, string expected)
    {
        var keys = new Keyspace(TestKeys.Registry, keyPrefix);
        Assert.Equal(expected, keys.Prefix);
        Assert.Equal(expected + "item:v1:{a}", keys.Key(TestKeys.Item, "a"));
        Assert.Equal(expected + "ch:wake", keys.Channel("wake").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a}b")]
    [InlineData("{a")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("a*")]
    [InlineData("ä")]
    [InlineData("a\nb")]
    [InlineData("person@example.com")]
    public void Key_UnsafeSegment_IsRefusedWithoutRepeatingIt(string segment)
    {
        var partition = Assert.Throws<ArgumentException>(() => Keys.Key(TestKeys.Item, segment));
        var part = Assert.Throws<ArgumentException>(() => Keys.Key(TestKeys.Item, "a", segment));
        Assert.DoesNotContain("person@", partition.Message + part.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_LongestSegment_IsAccepted_AndOneMoreRefused()
    {
        Assert.EndsWith("}", Keys.Key(TestKeys.Item, new string('a', 128)).ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Keys.Key(TestKeys.Item, new string('a', 129)));
    }

    [Fact]
    public void Key_FamilyOutsideTheRegistry_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Keys.Key(TestKeys.Item with { Version = 2 }, "a"));

    [Theory]
    [InlineData("Wake")]
    [InlineData("")]
    [InlineData("a:b")]
    public void Channel_InvalidName_IsRefused(string name) => Assert.Throws<ArgumentException>(() => Keys.Channel(name));
}
