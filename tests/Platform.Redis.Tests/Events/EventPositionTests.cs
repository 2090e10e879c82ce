using Platform.Redis.Events;

namespace Platform.Redis.Tests.Events;

public sealed class EventPositionTests
{
    [Theory]
    [InlineData("e7f3-1763683200000-3", "e7f3", 1763683200000, 3)]
    [InlineData("1763683200000-3", "", 1763683200000, 3)]
    [InlineData("0-0", "", 0, 0)]
    public void TryParse_AnIdThatWasGiven_IsReadAndWrittenTheSame(string text, string epoch, ulong time, ulong sequence)
    {
        Assert.True(EventPosition.TryParse(text, out var id));
        Assert.Equal(new EventPosition(epoch, time, sequence), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("--")]
    [InlineData("5")]
    [InlineData("-5-1")]
    [InlineData("xyz-5-1")]
    [InlineData("E7F3-5-1")]
    [InlineData("0123456789abcdef0-5-1")]
    [InlineData("e7f3-5-1-2")]
    [InlineData("5-+1")]
    [InlineData(" 5-1")]
    [InlineData("18446744073709551615-18446744073709551615")]
    [InlineData("18446744073709551616-0")]
    [InlineData("e7f3-1763683200000-3\r\ndata: x")]
    public void TryParse_Junk_IsRefused(string? text)
    {
        Assert.False(EventPosition.TryParse(text, out var id));
        Assert.Equal(EventPosition.Beginning, id);
    }

    [Theory]
    [InlineData("a-5-1", "a-5-1", true)]
    [InlineData("a-5-1", "a-5-0", true)]
    [InlineData("a-5-1", "a-5-2", false)]
    [InlineData("a-9-0", "b-5-0", false)]
    [InlineData("9-0", "b-5-0", true)]
    [InlineData("a-9-0", "0-0", true)]
    public void Covers_OfOneEpoch_ComparesTheEntries(string one, string other, bool expected)
    {
        Assert.True(EventPosition.TryParse(one, out var left));
        Assert.True(EventPosition.TryParse(other, out var right));
        Assert.Equal(expected, left.Covers(right));
    }
}
