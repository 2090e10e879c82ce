using Platform.Tasks.Schedules;
using Platform.TestKit;
using TaskService.Tests.Functional;
using static TaskService.Tests.Schedules.ScheduleScene;

namespace TaskService.Tests.Schedules;

/// <summary>
/// The year 2026 in Berlin and New York: three schedulers at one Redis, each of which dies now and then in the midst of its work and is
/// followed by another.
/// </summary>
public sealed class SimulatedYearTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly DateTimeOffset Start = Utc("2026-01-01 00:00");
    private static readonly DateTimeOffset End = Utc("2027-01-01 00:00");

    /// <summary>Hours ahead of UTC, and from when on, as the calendars of both cities have it.</summary>
    private static readonly Dictionary<string, (DateTimeOffset From, int Hours)[]> Clocks = new()
    {
        ["Europe/Berlin"] = [(Start.AddDays(-3), 1), (Utc("2026-03-29 01:00"), 2), (Utc("2026-10-25 01:00"), 1)],
        ["America/New_York"] = [(Start.AddDays(-3), -5), (Utc("2026-03-08 07:00"), -4), (Utc("2026-11-01 06:00"), -5)],
    };

    [Fact]
    public async Task AYearInBerlinAndNewYork_WithThreeSchedulersThatDie_HasExactlyTheExpectedRuns()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var schedulers = Enumerable.Range(0, 3).Select(_ => platform.StartApp(withWorker: false).Get<Scheduler>()).ToArray();
        var store = platform.StartApp(withWorker: false).Get<ScheduleStore>();
        var expected = new List<(string Schedule, DateTimeOffset Slot)>();
        foreach (var zone in Clocks.Keys)
        {
            foreach (var (name, cron, runs) in Schedules(zone))
            {
                await store.AddAsync(name, Definition(cron, zone, MissedRuns.All, ScheduleDefinition.HighestCap), Start.AddMinutes(-1));
                expected.AddRange(runs.Select(slot => (name, slot)));
            }
        }

        var chance = new Random(20260329);
        for (var now = Start; now < End;)
        {
            await Task.WhenAll(schedulers.Select(async scheduler =>
            {
                using var life = new CancellationTokenSource();
                if (chance.Next(4) == 0)
                {
                    life.CancelAfter(TimeSpan.FromMicroseconds(chance.Next(1500)));
                }

                await Task.Run(() => scheduler.RunDueAsync(now, life.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }));

            // Sometimes to the very slot, sometimes past many.
            var next = (await store.FirstDueAsync(CancellationToken.None)).FirstDue!.Value;
            now = chance.Next(3) == 0 ? now.AddMinutes(chance.Next(1, 60 * 24 * 3)) : next > now ? next : now.AddSeconds(1);
        }

        await schedulers[0].RunDueAsync(End.AddMinutes(-1), CancellationToken.None);
        Assert.Equal(expected.Order(), (await platform.EnqueuedAsync()).Order());
    }

    /// <summary>Each with its runs of the year, written down without any calculator of schedules.</summary>
    private static IEnumerable<(string Name, string Cron, IEnumerable<DateTimeOffset> Runs)> Schedules(string zone)
    {
        var prefix = zone.Split('/')[1].Replace("_", "-", StringComparison.Ordinal).ToLowerInvariant();

        // At a time of day: every day has its run, also the days on which 02:30 is not there or 01:30 and 02:30 come twice.
        yield return ($"{prefix}-0130", "30 1 * * *", Daily(zone, 1, 30));
        yield return ($"{prefix}-0230", "30 2 * * *", Daily(zone, 2, 30));
        yield return ($"{prefix}-0300", "0 3 * * *", Daily(zone, 3, 0));
        yield return ($"{prefix}-midnight-or-noon", "0 0,12 * * *", Daily(zone, 0, 0).Concat(Daily(zone, 12, 0)));
        yield return ($"{prefix}-weekly", "30 2 * * sun", Daily(zone, 2, 30).Where(slot => Local(zone, slot).DayOfWeek == DayOfWeek.Sunday));
        yield return ($"{prefix}-monthly", "@monthly", Daily(zone, 0, 0).Where(slot => Local(zone, slot).Day == 1));

        // So often: as real time passes.
        yield return ($"{prefix}-every-6-hours", "15 */6 * * *", Minutes().Where(slot => slot.Minute == 15 && Local(zone, slot).Hour % 6 == 0));
        yield return ($"{prefix}-every-half-hour-at-night", "*/30 1-2 * * *", Minutes().Where(slot => slot.Minute % 30 == 0 && Local(zone, slot).Hour is 1 or 2));
    }

    private static IEnumerable<DateTimeOffset> Daily(string zone, int hour, int minute)
    {
        for (var day = Start.AddDays(-1); day <= End; day = day.AddDays(1))
        {
            var time = day.AddHours(hour).AddMinutes(minute);
            var slot = Array.Find(Minutes(time.AddHours(-15), time.AddHours(15)).ToArray(), slot => Local(zone, slot) == time);
            if (slot == default)
            {
                // Not there that day: the first moment after.
                slot = Clocks[zone][1].From;
            }

            if (slot >= Start && slot < End)
            {
                yield return slot;
            }
        }
    }

    private static IEnumerable<DateTimeOffset> Minutes() => Minutes(Start, End);

    private static IEnumerable<DateTimeOffset> Minutes(DateTimeOffset from, DateTimeOffset to)
    {
        for (var minute = from; minute < to; minute = minute.AddMinutes(1))
        {
            yield return minute;
        }
    }

    /// <summary>What the clock on the wall shows, written as if it were UTC.</summary>
    private static DateTimeOffset Local(string zone, DateTimeOffset time) => time.AddHours(Array.FindLast(Clocks[zone], clock => clock.From <= time).Hours);
}
