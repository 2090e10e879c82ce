using Platform.Redis.Caching;
using Platform.TestKit;

namespace Platform.Redis.Tests.Caching;

/// <summary>Values that expired, factories that are slow or fail.</summary>
public sealed class StaleValueTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FactoryFails_StaleValueAnswers_AndThePassOfTimeEndsIt()
    {
        // It fails, and is not too slow, however busy the machine is.
        await using var host = await StartAsync(space => (space.FactorySoftTimeout, space.FactoryHardTimeout) = (Minute, Minute));
        await host.Cache.SetAsync("a:1", "old", cancellationToken: Stop);

        host.Clock.Advance(Minute);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("old", await FailAsync(host));
        }

        Assert.Equal(1, host.Statistics().FactoryFailures);
        Assert.Single(host.Host.Logs.Lines, line => line.Id == 2252);
        host.Clock.Advance(Minute);
        await Assert.ThrowsAsync<InvalidOperationException>(() => FailAsync(host));
    }

    [Fact]
    public async Task FactorySlow_StaleValueAnswers_AndTheNewOneServesTheNext()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a:1", "old", cancellationToken: Stop);
        host.Clock.Advance(Minute);
        var go = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = 0;

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("old", await host.Cache.GetOrCreateAsync(
                "a:1", async _ => Interlocked.Increment(ref runs) > 0 ? await go.Task : "", cancellationToken: Stop));
        }

        Assert.Equal(3, host.Statistics().Stale);
        go.SetResult("new");
        await Eventually.TrueAsync(
            async () => await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult("another"), cancellationToken: Stop) == "new",
            TimeSpan.FromSeconds(5), "the slow factory's value is served");
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task FactoryTooSlow_WithoutAStaleValue_IsATimeout()
    {
        await using var host = await StartAsync(space => space.FactoryHardTimeout = TimeSpan.FromMilliseconds(150));

        var refusal = await Assert.ThrowsAsync<TimeoutException>(async () => await host.Cache.GetOrCreateAsync(
            "a:1", async _ => await new TaskCompletionSource<string>().Task, cancellationToken: Stop));

        Assert.Contains("FactoryHardTimeout", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("value", await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult("value"), cancellationToken: Stop));
    }

    [Fact]
    public async Task NearExpiry_OneCallerRefreshesInTheBackground_AndNobodyWaits()
    {
        await using var host = await StartAsync(space => space.EagerRefresh = 0.5);
        await host.Cache.SetAsync("a:1", "old", cancellationToken: Stop);
        var runs = 0;

        host.Clock.Advance(Minute * 0.7);
        for (var i = 0; i < 10; i++)
        {
            var read = host.Cache.GetOrCreateAsync(
                "a:1",
                async _ =>
                {
                    Interlocked.Increment(ref runs);
                    await Task.Yield();
                    return "new";
                },
                cancellationToken: Stop);
            Assert.True(i > 0 || read.IsCompletedSuccessfully);
            await read;
        }

        await Eventually.TrueAsync(
            async () => await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult("another"), cancellationToken: Stop) == "new",
            TimeSpan.FromSeconds(5), "it was refreshed");
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Jitter_SpreadsExpiries_AndNeverProlongs()
    {
        await using var host = await StartAsync(space => space.Jitter = 0.5);
        var space = host.Space();
        var lives = Enumerable.Range(0, 200).Select(_ => new CacheCall(space, null).TimesFrom(0, isNull: false).FreshUntil).ToList();

        Assert.All(lives, life => Assert.InRange(life, 30_000, 60_000));
        Assert.True(lives.Max() - lives.Min() > 15_000);
    }

    private static async Task<string> FailAsync(CacheHost host) =>
        await host.Cache.GetOrCreateAsync<string>("a:1", _ => throw new InvalidOperationException("no"), cancellationToken: Stop);

    private Task<CacheHost> StartAsync(Action<CacheNamespaceOptions>? configure = null) => CacheHost.StartAsync(
        redis.ConnectionString, RedisFixture.NewPrefix(), options =>
        {
            options.Default.Expiration = Minute;
            options.Default.StaleFor = Minute;
            options.Default.Jitter = 0;
            configure?.Invoke(options.Default);
        });
}
