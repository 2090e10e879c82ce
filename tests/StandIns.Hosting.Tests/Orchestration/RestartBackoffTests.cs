using Aspire.Hosting.Orchestration.Processes;

namespace StandIns.Hosting.Tests.Orchestration;

public class RestartBackoffTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Crashed_AgainAndAgain_WaitsLongerUpToTenSeconds()
    {
        var backoff = new RestartBackoff(_time);

        var pauses = Enumerable.Range(0, 10).Select(_ =>
        {
            backoff.Started();
            return backoff.Crashed().TotalMilliseconds;
        });

        Assert.Equal([0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000], pauses);
    }

    [Fact]
    public void Crashed_AfterARunThatLasted_ComesBackAtOnce()
    {
        var backoff = new RestartBackoff(_time);
        for (var i = 0; i < 5; i++)
        {
            backoff.Started();
            backoff.Crashed();
        }

        backoff.Started();
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(TimeSpan.Zero, backoff.Crashed());
        Assert.Equal(1, backoff.Crashes);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
