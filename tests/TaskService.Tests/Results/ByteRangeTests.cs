using TaskService.Results;

namespace TaskService.Tests.Results;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=5-", 5, 95)]
    [InlineData("bytes=99-99", 99, 1)]
    [InlineData("bytes=90-1000", 90, 10)]
    [InlineData("bytes=-10", 90, 10)]
    [InlineData("bytes=-1000", 0, 100)]
    public void Resolve_OneRange_IsThatPart(string header, long start, long length)
    {
        Assert.Equal(RangeAnswer.Part, ByteRange.Resolve(header, 100, out var range));
        Assert.Equal(new ByteRange(start, length), range);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=9-5")]
    [InlineData("bytes=x")]
    [InlineData("bytes=99999999999999999999-")]
    public void Resolve_NoneOrSeveralOrUnreadable_IsTheWhole(string? header)
    {
        Assert.Equal(RangeAnswer.Whole, ByteRange.Resolve(header, 100, out var range));
        Assert.Equal(new ByteRange(0, 100), range);
    }

    [Theory]
    [InlineData("bytes=100-")]
    [InlineData("bytes=-0")]
    public void Resolve_BeyondTheEnd_IsNotSatisfiable(string header) =>
        Assert.Equal(RangeAnswer.NotSatisfiable, ByteRange.Resolve(header, 100, out _));

    [Fact]
    public void Locate_EveryPosition_IsInItsChunk()
    {
        int[] lengths = [3, 0, 4, 1];
        (int, int)[] expected = [(0, 0), (0, 1), (0, 2), (2, 0), (2, 1), (2, 2), (2, 3), (3, 0)];

        Assert.Equal(expected, Enumerable.Range(0, 8).Select(position => ByteRange.Locate(lengths, position)));
    }
}
