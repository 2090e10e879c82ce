using Platform.Contracts;

namespace Platform.Contracts.Tests;

public class PlatformIdTests
{
    [Fact]
    public void New_Always_HasPrefixAndTwentySixCharacters()
    {
        var id = PlatformId.New("tsk");

        Assert.Matches("^tsk_[0-9a-hjkmnp-tv-z]{26}$", id);
        Assert.True(PlatformId.IsValid(id, "tsk"));
    }

    [Fact]
    public void New_ManyTimes_NeverRepeats()
    {
        var ids = Enumerable.Range(0, 100_000).Select(_ => PlatformId.New("ntf")).ToHashSet();

        Assert.Equal(100_000, ids.Count);
    }

    [Fact]
    public void New_LaterMillisecond_SortsLater()
    {
        var start = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        var ids = Enumerable.Range(0, 1000).Select(i => PlatformId.New("tsk", start.AddMilliseconds(i))).ToArray();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tsk_")]
    [InlineData("usr_01k9w3e8mzf4x9qv7c2h5b6n8d")]
    [InlineData("tsk-01k9w3e8mzf4x9qv7c2h5b6n8d")]
    [InlineData("tsk_01K9W3E8MZF4X9QV7C2H5B6N8D")]
    [InlineData("tsk_01k9w3e8mzf4x9qv7c2h5b6n8")]
    [InlineData("tsk_01k9w3e8mzf4x9qv7c2h5b6n8d0")]
    [InlineData("tsk_01k9w3e8mzf4x9qv7c2h5b6n8}")]
    [InlineData("tsk_01k9w3e8mzf4x9qv7c2h5b6n8i")]
    public void IsValid_OtherForm_IsFalse(string? text) => Assert.False(PlatformId.IsValid(text, "tsk"));

    [Fact]
    public void TimeOf_AnIdentifier_IsWhenItWasMade()
    {
        var time = new DateTimeOffset(2026, 5, 4, 3, 2, 1, 123, TimeSpan.Zero);

        Assert.Equal(time, PlatformId.TimeOf(PlatformId.New("ses", time)));
    }
}
