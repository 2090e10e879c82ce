using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Redis;
using Platform.Redis.Keys;
using Platform.Tasks;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Schedules;
using Platform.TestKit;
using StackExchange.Redis;

namespace TaskService.Tests.Functional;

/// <summary>Another service, with keys of its own in another database, that runs tasks.</summary>
public sealed class WorkerHostTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly KeyRegistry Registry = new("Billing", "billing:");
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task AnotherService_WithTwoLines_RunsTasksOfItsQueueWithItsOwnHandlers()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork();
        var front = platform.StartApp(withWorker: false, settings: [("Tasks:Queues:0", "default"), ("Tasks:Queues:1", "billing")]);
        using var billing = Service(platform, work);
        await billing.StartAsync();

        var billed = await front.Get<TaskClient>().EnqueueAsync(TestWork.Type, new TestPayload(1), new EnqueueOptions { Queue = "billing" });
        var others = await front.Get<TaskClient>().EnqueueAsync("something-else", new TestPayload(2));
        var own = await billing.Services.GetRequiredService<TaskClient>().EnqueueAsync(
            TestWork.Type, new TestPayload(3), new EnqueueOptions { Queue = "billing" });

        await Eventually.TrueAsync(
            async () => await StatusAsync(platform, billed) == "succeeded" && await StatusAsync(platform, own) == "succeeded", Longest, "both have run");
        Assert.Equal([(1, 1), (3, 1)], work.Ledger.OrderBy(done => done.Number));
        Assert.Equal("queued", await StatusAsync(platform, others));
        await Eventually.TrueAsync(
            async () => await front.Get<ScheduleStore>().FindAsync("close-the-month", CancellationToken.None) is { Next: not null }, Longest, "its schedule is there");
        await billing.StopAsync();
    }

    /// <summary>As the documentation has it: the queue of another service is named in all, and served by that service alone.</summary>
    [Fact]
    public async Task TaskService_WithTheQueueOfAnotherService_LeavesWhatWaitsThere_AndSubmitsNothingToIt()
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var app = platform.StartApp(services: new TestWork().AddTo, settings: [("Tasks:Queues:0", "default"), ("Tasks:Queues:1", "billing")]);
        using var admin = app.AdminClient();

        var billed = await app.Get<TaskClient>().EnqueueAsync("send-invoice", new TestPayload(1), new EnqueueOptions { Queue = "billing" });

        // That others were run since, one after the other, shows that its workers have looked.
        await admin.WaitForAsync(await admin.SubmitAsync(TestWork.Type, new { number = 2 }), "succeeded");
        await admin.WaitForAsync(await admin.SubmitAsync(TestWork.Type, new { number = 3 }), "succeeded");
        Assert.Equal("queued", await StatusAsync(platform, billed));
        var refused = await admin.PostTaskAsync("", JsonContent.Create(new { type = TestWork.Type, payload = new { }, queue = "billing" }));
        Assert.Equal(
            "Set queue to one of: default.", (await refused.ProblemAsync(HttpStatusCode.BadRequest, "invalid_placement")).GetProperty("detail").GetString());
        await (await admin.PutAsJsonAsync("/v1/schedules/own", new { cron = "@daily", type = TestWork.Type, payload = new { }, queue = "billing" }))
            .ProblemAsync(HttpStatusCode.BadRequest, "unknown_queue");
    }

    private static IHost Service(Surroundings platform, TestWork work)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Testing" });
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:redis", platform.ConnectionString),
            new("ConnectionStrings:tasks", platform.ConnectionString),
            new("Redis:KeyPrefix", platform.Prefix),
            new("Tasks:Queues:0", "default"),
            new("Tasks:Queues:1", "billing"),
            new("RateLimiting:Policies:freely:By", "Nobody"),
        ]);
        builder.AddPlatformRedis("redis", Registry);
        builder.Services.AddSingleton(work);

        // The two lines.
        builder.AddTaskWorkers("tasks", tasks => tasks.Serves.Add("billing"));
        builder.Services.AddTaskHandler<TestHandler, TestPayload>(TestWork.Type, new TaskTypeOptions { RateLimit = "freely" });
        builder.Services.AddTaskSchedule(
            "close-the-month", "@monthly", "Europe/Berlin", TestWork.Type, new TestPayload(), new TaskScheduleOptions { Queue = "billing" });
        return builder.Build();
    }

    private static async Task<string?> StatusAsync(Surroundings platform, string id) =>
        await platform.Database.HashGetAsync(platform.Key($"item:v1:{{default}}:{id}"), "status");
}
