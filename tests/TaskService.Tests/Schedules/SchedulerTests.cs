using Platform.Redis;
using Platform.Tasks.Schedules;
using Platform.TestKit;
using TaskService.Tests.Functional;
using static TaskService.Tests.Schedules.ScheduleScene;

namespace TaskService.Tests.Schedules;

public sealed class SchedulerTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly DateTimeOffset Start = Utc("2026-05-04 12:00");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunDue_ByManySchedulersAtOnce_EnqueuesEachSlotOnce()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var apps = Enumerable.Range(0, 3).Select(_ => platform.StartApp(withWorker: false)).ToArray();
        for (var i = 0; i < 150; i++)
        {
            await apps[0].Get<ScheduleStore>().AddAsync($"every-minute-{i}", Definition("* * * * *"), Start);
        }

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => apps[i % 3].Get<Scheduler>().RunDueAsync(Start.AddMinutes(1), Stop)));

        Assert.Equal(
            Enumerable.Range(0, 150).Select(i => ($"every-minute-{i}", Start.AddMinutes(1))).Order(), (await platform.EnqueuedAsync()).Order());
    }

    [Theory]
    [InlineData(MissedRuns.Skip, 100, "")]
    [InlineData(MissedRuns.Once, 100, "14:00")]
    [InlineData(MissedRuns.All, 100, "13:00, 13:30, 14:00")]
    [InlineData(MissedRuns.All, 2, "13:30, 14:00")]
    public async Task RunDue_AfterMissedRuns_GoesByTheirPolicyAndOnWithTheNext(MissedRuns policy, int cap, string expected)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        var (store, scheduler) = (app.Get<ScheduleStore>(), app.Get<Scheduler>());
        await store.AddAsync("reports", Definition("0,30 * * * *", missedRuns: policy, cap: cap), Start);
        await scheduler.RunDueAsync(Start.AddMinutes(30), Stop);

        await scheduler.RunDueAsync(Start.AddMinutes(125), Stop);
        await scheduler.RunDueAsync(Start.AddMinutes(125), Stop);
        Assert.Equal(
            [Start.AddMinutes(30), .. expected.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(time => Utc("2026-05-04 " + time))],
            (await platform.EnqueuedAsync()).Select(run => run.Slot));

        await scheduler.RunDueAsync(Start.AddMinutes(150).AddSeconds(20), Stop);
        Assert.Equal(Start.AddMinutes(150), (await platform.EnqueuedAsync())[^1].Slot);
        Assert.Equal(Start.AddMinutes(180), (await store.FindAsync("reports", Stop))!.Next);
    }

    [Fact]
    public async Task RunDue_ALittleLate_IsNotMissed()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        await app.Get<ScheduleStore>().AddAsync("reports", Definition("0 * * * *", missedRuns: MissedRuns.Skip), Start);

        await app.Get<Scheduler>().RunDueAsync(Start.AddHours(1).AddSeconds(59), Stop);

        Assert.Equal([("reports", Start.AddHours(1))], await platform.EnqueuedAsync());
    }

    [Fact]
    public async Task Fire_SeenBeforeAChangeOrByALateScheduler_DoesNothing()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        var store = app.Get<ScheduleStore>();
        var definition = Definition("0 * * * *");
        await store.AddAsync("reports", definition, Start);
        var seen = (await store.FindAsync("reports", Stop))!;
        var (slot, next) = (Start.AddHours(1), Start.AddHours(2));

        Assert.True(await store.FireAsync(seen, definition, slot, next, Stop));
        Assert.False(await store.FireAsync(seen, definition, slot, next, Stop));

        var late = (await store.FindAsync("reports", Stop))!;
        await store.SaveAsync("reports", late, Definition("0 * * * *", number: 1), enabled: true, next, keepsNext: true, registered: null, Stop);
        Assert.False(await store.FireAsync(late, definition, next, next.AddHours(1), Stop));
        Assert.Single(await platform.EnqueuedAsync());
    }

    [Fact]
    public async Task Fire_TheSlotOfAScheduleThatWasMadeAnew_FindsItsRunThere()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        var (store, scheduler) = (app.Get<ScheduleStore>(), app.Get<Scheduler>());
        for (var i = 0; i < 2; i++)
        {
            await store.AddAsync("reports", Definition("0 * * * *"), Start);
            await scheduler.RunDueAsync(Start.AddHours(1), Stop);
            Assert.True(await store.RemoveAsync((await store.FindAsync("reports", Stop))!, Stop));
        }

        Assert.Equal([("reports", Start.AddHours(1))], await platform.EnqueuedAsync());
    }

    [Fact]
    public async Task RunDue_AScheduleThatCannotBeReadHere_HoldsUpNoOther()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false);
        var (store, scheduler) = (app.Get<ScheduleStore>(), app.Get<Scheduler>());
        await store.AddAsync("of-another-world", Definition("0 * * * *"), Start);
        await platform.Database.HashSetAsync(
            platform.Key("schedule:v1:{default}:of-another-world"), "definition", Definition("0 * * * *", "Europe/Atlantis").ToJson());
        await store.AddAsync("reports", Definition("0 * * * *"), Start);

        await scheduler.RunDueAsync(Start.AddHours(1), Stop);
        await scheduler.RunDueAsync(Start.AddHours(1), Stop);

        Assert.Equal([("reports", Start.AddHours(1))], await platform.EnqueuedAsync());
        Assert.Single(platform.Log.Lines, line => line.Text.Contains("of-another-world cannot be read here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunDue_RedisFull_EnqueuesNothingAndTheSlotStaysDue()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        var app = platform.StartApp(withWorker: false);
        var (store, scheduler) = (app.Get<ScheduleStore>(), app.Get<Scheduler>());
        await store.AddAsync("reports", Definition("0 * * * *"), Start);
        var keys = await platform.Server!.CommandAsync("DBSIZE");

        await platform.Server.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await Assert.ThrowsAsync<RedisUnavailableException>(() => scheduler.RunDueAsync(Start.AddHours(1), Stop));
        Assert.Equal(keys, await platform.Server.CommandAsync("DBSIZE"));
        Assert.Equal(Start.AddHours(1), (await store.FindAsync("reports", Stop))!.Next);

        await platform.Server.CommandAsync("CONFIG", "SET", "maxmemory", "512mb");
        await scheduler.RunDueAsync(Start.AddHours(1).AddMinutes(1), Stop);
        Assert.Equal(Start.AddHours(1), Assert.Single((await store.FindAsync("reports", Stop))!.Recent).At);
    }

    [Fact]
    public async Task Loop_RedisAwayAtASlot_EnqueuesItWhenRedisIsBackAndTheTaskRuns()
    {
        await using var platform = await Surroundings.CreateWithOwnRedisAsync();
        var work = new TestWork();
        var app = platform.StartApp(services: work.AddTo);
        var store = app.Get<ScheduleStore>();
        var (now, _) = await store.FirstDueAsync(Stop);
        await platform.Server!.KillAsync();
        await Assert.ThrowsAsync<RedisUnavailableException>(() => app.Get<Scheduler>().RunDueAsync(now, Stop));

        // As if three hourly slots had passed meanwhile.
        await platform.Server.RestartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await store.AddAsync("reports", Definition("0 * * * *", number: 7), now.AddHours(-3));
                    return true;
                }
                catch (RedisUnavailableException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(30), "Redis is back");

        await Eventually.TrueAsync(() => !work.Ledger.IsEmpty, TimeSpan.FromSeconds(30), "the run happens");
        Assert.Equal([(7, 1)], work.Ledger);
    }
}
