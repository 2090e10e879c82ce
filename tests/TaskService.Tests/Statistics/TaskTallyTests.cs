using Platform.Tasks.Statistics;
using StackExchange.Redis;

namespace TaskService.Tests.Statistics;

public sealed class TaskTallyTests
{
    [Fact]
    public void Percentile_OfManyDurations_IsRightToAFifth()
    {
        var counts = new long[DurationBuckets.Count];
        for (var i = 1; i <= 1000; i++)
        {
            counts[DurationBuckets.Of(TimeSpan.FromMilliseconds(i))]++;
        }

        Assert.InRange(DurationBuckets.Percentile(counts, 0.5)!.Value.TotalMilliseconds, 500, 600);
        Assert.InRange(DurationBuckets.Percentile(counts, 0.99)!.Value.TotalMilliseconds, 990, 1190);
        Assert.Null(DurationBuckets.Percentile(new long[DurationBuckets.Count], 0.5));
    }

    [Fact]
    public void Percentile_OfTheShortestAndTheLongest_IsThere()
    {
        var counts = new long[DurationBuckets.Count];
        counts[DurationBuckets.Of(TimeSpan.FromTicks(1))]++;
        counts[DurationBuckets.Of(TimeSpan.FromSeconds(-1))]++;
        counts[DurationBuckets.Of(TimeSpan.FromDays(10_000))]++;

        Assert.Equal(TimeSpan.FromMilliseconds(1), DurationBuckets.Percentile(counts, 0.5));
        Assert.True(DurationBuckets.Percentile(counts, 1) > TimeSpan.FromDays(30));
    }

    [Fact]
    public void Take_TellsWhatWasCounted_Once()
    {
        var tally = new TaskTally();
        tally.Count("mail:urgent", TaskCount.Succeeded);
        tally.Count("mail:urgent", TaskCount.Succeeded, 2);
        tally.Waited("mail:urgent", TimeSpan.FromMilliseconds(1));
        tally.Ran("mail:urgent", TimeSpan.FromMilliseconds(2));

        var taken = tally.Take();

        Assert.Equal([("run.4:mail:urgent", 1L), ("succeeded:mail:urgent", 3L), ("wait.0:mail:urgent", 1L)], taken.OrderBy(one => one.Field, StringComparer.Ordinal));
        Assert.Empty(tally.Take());

        // It could not be written.
        tally.Return(taken);
        Assert.Equal(taken.Order(), tally.Take().Order());
    }

    [Fact]
    public void Count_OfMoreTypesThanThereAre_IsKeptTogether()
    {
        var tally = new TaskTally();
        for (var i = 0; i < 2000; i++)
        {
            tally.Count($"type-{i}", TaskCount.Submitted);
        }

        var taken = tally.Take();

        Assert.InRange(taken.Count, 1, 501);
        Assert.Equal(2000, taken.Sum(one => one.Times));
        Assert.True(taken.Single(one => one.Field == "submitted:other").Times >= 1499);
    }

    [Fact]
    public void Part_OfWhatIsInRedis_PassesOverWhatItDoesNotKnow()
    {
        var part = StatisticsPart.Of([[new("succeeded:a", 2), new("future:a", 1), new("wait.999:a", 1), new("nonsense", 1)], [new("succeeded:b", 3), new("claimed:", 4)]]);

        Assert.Equal(["a", "b"], part.Types);
        Assert.Equal((2, 5, 4), (part.Of("a")[TaskCount.Succeeded], part.All[TaskCount.Succeeded], part.All[TaskCount.Claimed]));
    }
}
