using System.Text.Json;
using Platform.Tasks;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Unique;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class PurgeExpiredTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Type = "purge-expired";

    [Fact]
    public async Task Purge_TakesOutWhatIsGoneAndNothingElse_AfterADryRunThatCounts()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork
        {
            Run = (payload, _, _) => payload.Number < 10 ? Task.FromResult(TaskOutcome.None) : throw new TaskRetryException("busy", "Busy.", retryAfter: null),
        };
        var app = platform.StartApp(services: work.AddTo, settings: ("Tasks:MaxAttempts", "1"));
        using var admin = app.AdminClient();
        using var ada = app.ClientOf("usr_ada");
        var (client, keys) = (app.Get<TaskClient>(), app.Get<TaskKeys>());
        var unique = new EnqueueOptions { Owner = "usr_ada", Unique = new TaskUniqueness() };
        string[] done = [await client.EnqueueAsync(TestWork.Type, new TestPayload(1), unique), await client.EnqueueAsync(TestWork.Type, new TestPayload(2), unique)];
        string[] dead = [await client.EnqueueAsync(TestWork.Type, new TestPayload(11), unique), await client.EnqueueAsync(TestWork.Type, new TestPayload(12), unique)];
        await Task.WhenAll([.. done.Select(id => ada.WaitForAsync(id, "succeeded")), .. dead.Select(id => ada.WaitForAsync(id, "dead"))]);
        await platform.Database.KeyDeleteAsync([keys.Item(done[0]), keys.Item(dead[0])]);

        var counted = await PurgeAsync(admin, dryRun: true);
        Assert.Equal(4, await platform.Database.SortedSetLengthAsync(keys.Owned("usr_ada")));
        var purged = await PurgeAsync(admin, dryRun: false);
        var again = await PurgeAsync(admin, dryRun: false);

        Assert.Equal((2, 0, 1, 1), counted);
        Assert.Equal(counted, purged);
        Assert.Equal((0, 0, 0, 0), again);
        Assert.Equal([done[1], dead[1]], (await platform.Database.SortedSetRangeByRankAsync(keys.Owned("usr_ada"))).Select(id => (string)id!));
        Assert.Equal(dead[1], Assert.Single(await platform.Database.SortedSetRangeByRankAsync(keys.Dead)));
        Assert.Single(platform.Keys("unique"));
    }

    [Fact]
    public async Task Purge_BesideSubmits_LosesNone()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(withWorker: false, services: new TestWork().AddTo);
        var (client, gone) = (app.Get<TaskClient>(), app.Get<GoneTasks>());
        using var over = new CancellationTokenSource();
        var purging = Task.Run(async () =>
        {
            var found = 0;
            while (!over.IsCancellationRequested)
            {
                foreach (var kind in GoneTasks.Kinds)
                {
                    await foreach (var some in gone.PurgeAsync(kind, remove: true, CancellationToken.None))
                    {
                        found += some;
                    }
                }
            }

            return found;
        });

        var ids = await Task.WhenAll(Enumerable.Range(0, 700).Select(i => client.EnqueueAsync(
            TestWork.Type, new TestPayload(i), new EnqueueOptions { Owner = "usr_ada", Unique = new TaskUniqueness() })));
        await over.CancelAsync();

        Assert.Equal(0, await purging);
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await platform.Database.SortedSetRangeByRankAsync(app.Get<TaskKeys>().Owned("usr_ada"))).Select(id => (string)id!));
    }

    [Fact]
    public async Task Schedule_IsRegistered_UnlessNoTimeIsSet()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        using var admin = platform.StartApp(settings: ("PurgeExpired:Cron", "30 4 * * *")).AdminClient();

        await Eventually.TrueAsync(
            async () => (await admin.GetAsync($"/v1/schedules/{Type}")).IsSuccessStatusCode, TimeSpan.FromSeconds(30), "the schedule is written at the start");
        var schedule = JsonDocument.Parse(await admin.GetStringAsync($"/v1/schedules/{Type}")).RootElement;

        Assert.Equal(("30 4 * * *", Type, true), (
            schedule.GetProperty("cron").GetString(), schedule.GetProperty("type").GetString(), schedule.GetProperty("registered").GetBoolean()));
    }

    private static async Task<(long Owned, long About, long Unique, long Dead)> PurgeAsync(HttpClient admin, bool dryRun)
    {
        var task = await admin.WaitForAsync(await admin.SubmitAsync(Type, new { dryRun }), "succeeded");
        var removed = task.GetProperty("outcome").GetProperty("removed");
        Assert.Equal(dryRun, task.GetProperty("outcome").GetProperty("dryRun").GetBoolean());
        return (Of("owned"), Of("about"), Of("unique"), Of("dead"));

        long Of(string kind) => removed.GetProperty(kind).GetInt64();
    }
}
