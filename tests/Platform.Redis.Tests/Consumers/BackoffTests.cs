using Platform.Redis.Consumers;

namespace Platform.Redis.Tests.Consumers;

public sealed class BackoffTests
{
    private static readonly TimeSpan Base = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(9, 300)]
    [InlineData(1000, 300)]
    public void Delay_Attempt_DoublesUpToTheLongest(int attempt, double seconds)
    {
        Assert.Equal(seconds * 0.8, Backoff.Delay(attempt, Base, Max, 0).TotalSeconds, 3);
        Assert.Equal(seconds, Backoff.Delay(attempt, Base, Max, 0.5).TotalSeconds, 3);
        Assert.Equal(seconds * 1.2, Backoff.Delay(attempt, Base, Max, 1).TotalSeconds, 3);
    }

    [Fact]
    public void Delay_BeforeTheFirstAttempt_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Backoff.Delay(0, Base, Max, 0));
}
