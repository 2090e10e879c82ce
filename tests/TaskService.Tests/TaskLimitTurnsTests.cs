using Platform.Redis.RateLimiting;
using Platform.Tasks.Limits;

namespace TaskService.Tests;

public sealed class TaskLimitTurnsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_ManyRefusedAtOnce_AskAgainAsPermitsComeBack()
    {
        var turns = new TaskLimitTurns();
        var refused = Refused(retryAfter: 0.1, reset: 1, limit: 10);

        Assert.Equal([0.1, 0.2, 0.3], Enumerable.Range(0, 3).Select(_ => Math.Round(turns.Next(refused, Now).TotalSeconds, 3)));
        Assert.Equal(0.1, turns.Next(refused, Now.AddSeconds(5)).TotalSeconds, 3);
    }

    [Fact]
    public void Next_VeryMany_NobodyIsSentFurtherThanAMinute()
    {
        var turns = new TaskLimitTurns();
        var refused = Refused(retryAfter: 10, reset: 100, limit: 10);

        Assert.Equal([10, 20, 30, 40, 50, 60, 60, 60], Enumerable.Range(0, 8).Select(_ => turns.Next(refused, Now).TotalSeconds));
    }

    [Fact]
    public void Next_TheLimitItselfIsFar_IsNotAskedBefore() =>
        Assert.Equal(3600, new TaskLimitTurns().Next(Refused(retryAfter: 3600, reset: 3600, limit: 1), Now).TotalSeconds);

    [Fact]
    public void Next_NobodyKnowsWhen_IsASecond() =>
        Assert.Equal(1, new TaskLimitTurns().Next(new RateLimitResult(false, 1, 0, TimeSpan.Zero, Timeout.InfiniteTimeSpan), Now).TotalSeconds);

    private static RateLimitResult Refused(double retryAfter, double reset, int limit) =>
        new(false, limit, 0, TimeSpan.FromSeconds(reset), TimeSpan.FromSeconds(retryAfter));
}
