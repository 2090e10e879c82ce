using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Tasks.Schedules;
using Platform.TestKit;
using TaskService.Tests.Functional;

namespace TaskService.Tests.Schedules;

/// <summary>Releases of a service that registers a schedule, one after the other at one Redis, and an administrator.</summary>
public sealed class RegisteredSchedulesTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WhereNobodyChangedIt_BringsTheNewDefinition_AlsoOfAPausedOne()
    {
        await using var platform = await Surroundings.CreateAsync(redis);

        Assert.Equal("0 3 * * *", (await ReleaseAsync(platform, "0 3 * * *")).Text("cron"));
        Assert.Equal("0 4 * * *", (await ReleaseAsync(platform, "0 4 * * *")).Text("cron"));

        var paused = await ChangeAsync(platform, schedule => schedule["enabled"] = JsonSerializer.SerializeToElement(false));
        Assert.Empty(paused.GetProperty("nextRuns").EnumerateArray());
        var released = await ReleaseAsync(platform, "0 5 * * *");
        Assert.Equal(("0 5 * * *", false, true), (released.Text("cron"), released.GetProperty("enabled").GetBoolean(), released.GetProperty("registered").GetBoolean()));
        Assert.Empty(released.GetProperty("nextRuns").EnumerateArray());
    }

    [Fact]
    public async Task Start_WhereAnAdministratorChangedIt_LeavesItSo()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        await ReleaseAsync(platform, "0 3 * * *");

        await ChangeAsync(platform, schedule => schedule["payload"] = JsonSerializer.SerializeToElement(new { number = 8 }));
        var released = await ReleaseAsync(platform, "0 4 * * *");

        Assert.Equal(("0 3 * * *", 8), (released.Text("cron"), released.GetProperty("payload").GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task Start_WhereAnAdministratorDeletedIt_DoesNotBringItBack_UntilSomebodyMakesItAnew()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        await ReleaseAsync(platform, "0 3 * * *");
        var app = Start(platform, "0 4 * * *");
        using var admin = app.ClientOf("usr_root", "admin");
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/v1/schedules/purge", Stop)).StatusCode);

        await app.Get<RegisteredSchedules>().SaveAsync(Stop);
        await (await admin.GetAsync("/v1/schedules/purge", Stop)).ProblemAsync(HttpStatusCode.NotFound, "schedule_not_found");
        await (await admin.PostAsync("/v1/schedules/purge/run", null, Stop)).ProblemAsync(HttpStatusCode.NotFound, "schedule_not_found");

        using var made = await admin.PutAsJsonAsync("/v1/schedules/purge", new { cron = "@daily", type = "test", payload = new { } }, Stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
    }

    [Fact]
    public async Task Start_OfManyReplicas_WritesItOnce_AndItsTimesStay()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var apps = Enumerable.Range(0, 3).Select(_ => Start(platform, "0 3 * * *")).ToArray();

        await Task.WhenAll(apps.Select(app => app.Get<RegisteredSchedules>().SaveAsync(Stop)));

        Assert.Single(platform.Log.Lines, line => line.Text.Contains("The schedule purge was written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Loop_OfAService_WritesWhatCodeRegisters()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(services: Register("0 3 * * *"));

        await Eventually.TrueAsync(
            async () => await app.Get<ScheduleStore>().FindAsync("purge", Stop) is { Next: not null }, TimeSpan.FromSeconds(30), "the schedule is written");
    }

    [Theory]
    [InlineData("Purge", "@daily", "UTC", "use 1 to 64 of a-z, 0-9 and -")]
    [InlineData("purge", "60 * * * *", "UTC", "'60' is not one of 0 to 59")]
    [InlineData("purge", "0 0 30 2 *", "UTC", "No date is ever like this")]
    [InlineData("purge", "@daily", "Europe/Atlantis", "The schedule 'purge' is not valid.")]
    public void AddTaskSchedule_OfWhatCannotBe_SaysSoAtOnce(string name, string cron, string zone, string expected) => Assert.Contains(
        expected,
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddTaskSchedule(name, cron, zone, "test", new TestPayload())).Message,
        StringComparison.Ordinal);

    private static Action<IServiceCollection> Register(string cron) => services =>
    {
        new TestWork().AddTo(services);
        services.AddTaskSchedule("purge", cron, "Europe/Berlin", TestWork.Type, new TestPayload(7));
    };

    private static TaskServiceApp Start(Surroundings platform, string cron) => platform.StartApp(withWorker: false, Register(cron));

    /// <summary>What stands there after the start of a release with that expression.</summary>
    private static async Task<JsonElement> ReleaseAsync(Surroundings platform, string cron)
    {
        await using var app = Start(platform, cron);
        await app.Get<RegisteredSchedules>().SaveAsync(Stop);
        using var admin = app.ClientOf("usr_root", "admin");
        return await admin.GetFromJsonAsync<JsonElement>("/v1/schedules/purge", Stop);
    }

    /// <summary>Puts what was got, with a change.</summary>
    private static async Task<JsonElement> ChangeAsync(Surroundings platform, Action<Dictionary<string, JsonElement>> change)
    {
        await using var app = platform.StartApp(withWorker: false, new TestWork().AddTo);
        using var admin = app.ClientOf("usr_root", "admin");
        var schedule = (await admin.GetFromJsonAsync<Dictionary<string, JsonElement>>("/v1/schedules/purge", Stop))!;
        change(schedule);
        using var answer = await admin.PutAsJsonAsync("/v1/schedules/purge", schedule, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }
}
