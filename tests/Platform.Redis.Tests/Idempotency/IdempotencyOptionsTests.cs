using Platform.Redis.Idempotency;

namespace Platform.Redis.Tests.Idempotency;

public sealed class IdempotencyOptionsTests
{
    [Fact]
    public void Options_AsTheyAre_AreValid() => Assert.True(Validate(_ => { }).Succeeded);

    [Theory]
    [InlineData("Set-Cookie")]
    [InlineData("date")]
    [InlineData("traceparent")]
    [InlineData("WWW-Authenticate")]
    public void ReplayedHeaders_OfOneResponseAlone_AreRefused(string header) =>
        Assert.Contains(header, Validate(options => options.ReplayedHeaders.Add(header)).FailureMessage, StringComparison.Ordinal);

    [Fact]
    public void Lease_LongerThanTheRecord_IsRefused() => Assert.Contains(
        "LeaseDuration is longer", Validate(options => (options.TimeToLive, options.LeaseDuration) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6)))
            .FailureMessage, StringComparison.Ordinal);

    [Fact]
    public void TimeToLive_BeyondTheFamilys_IsRefused() =>
        Assert.True(Validate(options => options.TimeToLive = TimeSpan.FromDays(8)).Failed);

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(Action<IdempotencyOptions> change)
    {
        var options = new IdempotencyOptions();
        change(options);
        return new IdempotencyOptionsValidator().Validate(null, options);
    }
}
