using System.Diagnostics;
using Microsoft.Extensions.Options;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.TestKit;

namespace TaskService.Tests.Functional;

public sealed class RateLimitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly (string Key, string Value)[] Policy =
    [
        ("RateLimiting:Policies:slowly:Limit", "10"), ("RateLimiting:Policies:slowly:Window", "00:00:01"), ("RateLimiting:Policies:slowly:Burst", "2"),
        ("RateLimiting:Policies:slowly:By", "Nobody"),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Limit_OfATypeOrAQueue_IsKeptByAllWorkersAndEatsNoAttempt(bool ofType)
    {
        await using var platform = await Surroundings.CreateAsync(redis);
        var work = new TestWork { Options = new TaskTypeOptions { RateLimit = ofType ? "slowly" : null, MaxAttempts = 1 } };
        (string Key, string Value)[] settings = ofType ? Policy : [.. Policy, ("Tasks:QueueLimits:default", "slowly")];
        var app = platform.StartApp(services: work.AddTo, settings: settings);
        platform.StartApp(services: work.AddTo, settings: settings);
        var client = app.Get<TaskClient>();

        var started = Stopwatch.GetTimestamp();
        var ids = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            // Some that carry all they need, and some that are asked for.
            ids.Add(await client.EnqueueAsync(TestWork.Type, new TestPayload(i), new EnqueueOptions { Owner = i % 2 == 0 ? null : "usr_ada" }));
        }

        foreach (var id in ids)
        {
            await Eventually.TrueAsync(
                async () => (await app.Get<TaskStore>().FindAsync(id, CancellationToken.None))!.Status == TaskState.Succeeded, Longest, "it succeeded");
        }

        foreach (var id in ids)
        {
            var history = (string?)await platform.Database.HashGetAsync(platform.Key($"item:v1:{{default}}:{id}"), "history");
            Assert.DoesNotContain("handed_back", history ?? "", StringComparison.Ordinal);
        }

        // Two at once, then one each 100 ms.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.55, 20);
        Assert.Equal(Enumerable.Range(0, 8), work.Ledger.Select(done => done.Number).Order());
        Assert.All(work.Ledger, done => Assert.Equal(1, done.Attempt));
    }

    [Theory]
    [InlineData("no-such-policy", "default", "'no-such-policy'")]
    [InlineData("slowly", "no-such-queue", "'no-such-queue'")]
    public async Task Limit_ThatNobodyKnows_StopsTheStart(string policy, string queue, string named)
    {
        await using var platform = await Surroundings.CreateAsync(redis);

        var refusal = Assert.ThrowsAny<OptionsValidationException>(() => platform.StartApp(settings: [.. Policy, ($"Tasks:QueueLimits:{queue}", policy)]));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }
}
