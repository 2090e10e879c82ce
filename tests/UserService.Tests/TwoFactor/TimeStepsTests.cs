using UserService.TwoFactor;

namespace UserService.Tests.TwoFactor;

public sealed class TimeStepsTests
{
    /// <summary>The secret of RFC 6238, appendix B, in Base32.</summary>
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void CodeOf_TheTestVectorsOfTheRfc_IsAsItSays(long seconds, string code) =>
        Assert.Equal(code, TimeSteps.CodeOf(Key, TimeSteps.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Find_OneStepAround_IsFound(int offset, bool found)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = TimeSteps.StepAt(now) + offset;

        Assert.Equal(found ? step : null, TimeSteps.Find(Key, TimeSteps.CodeOf(Key, step), now));
    }

    [Theory]
    [InlineData("005 924", true)]
    [InlineData("5924", false)]
    [InlineData("0005924", false)]
    [InlineData("\u0660\u0660\u0665\u0669\u0662\u0664", false)]
    [InlineData("", false)]
    public void Find_AsPeopleType_TakesSixDigits(string code, bool found) =>
        Assert.Equal(found, TimeSteps.Find(Key, code, DateTimeOffset.FromUnixTimeSeconds(1234567890)) is not null);
}
