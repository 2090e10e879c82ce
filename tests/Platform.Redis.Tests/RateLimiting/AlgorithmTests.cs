using System.Diagnostics;
using System.Threading.RateLimiting;
using Platform.Redis.RateLimiting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.RateLimiting;

public sealed class AlgorithmTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = RedisFixture.NewPrefix();

    [Theory]
    [InlineData(RateLimitAlgorithm.Gcra)]
    [InlineData(RateLimitAlgorithm.TokenBucket)]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.SlidingWindow)]
    public async Task Check_ManyAtOnceInTwoInstances_GrantsTheLimitExactly(RateLimitAlgorithm algorithm)
    {
        var policy = new RateLimitPolicyOptions { Algorithm = algorithm, Limit = 100, Window = TimeSpan.FromHours(1) };
        await using var one = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));
        await using var two = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));

        var granted = await Task.WhenAll(Enumerable.Range(0, 8).Select(client => (client % 2 == 0 ? one : two).GrantedAsync("p", "k", 50)));

        Assert.Equal(100, granted.Sum());
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.Gcra)]
    [InlineData(RateLimitAlgorithm.TokenBucket)]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.SlidingWindow)]
    public async Task Check_Refused_IsAllowedAfterRetryAfterAndNotBefore(RateLimitAlgorithm algorithm)
    {
        var policy = new RateLimitPolicyOptions { Algorithm = algorithm, Limit = 3, Window = TimeSpan.FromMilliseconds(900) };
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));
        Assert.Equal(3, await host.GrantedAsync("p", "k", 3));
        var start = Stopwatch.GetTimestamp();
        var refused = await host.Limits().CheckPolicyAsync("p", "k", 1, default);
        var told = Stopwatch.GetTimestamp();
        Assert.False(refused.Allowed);
        Assert.Equal(0, refused.Remaining);
        Assert.InRange(refused.RetryAfter.TotalMilliseconds, 1, 1800);

        // Redis decided between the two readings of the clock, so not before the first one plus the wait.
        var granted = false;
        while (!granted && Stopwatch.GetElapsedTime(told) < refused.RetryAfter)
        {
            granted = (await host.Limits().CheckPolicyAsync("p", "k", 1, default)).Allowed;
            Assert.False(granted && Stopwatch.GetElapsedTime(start) < refused.RetryAfter - TimeSpan.FromMilliseconds(3));
            await Task.Delay(5);
        }

        Assert.True(granted || (await host.Limits().CheckPolicyAsync("p", "k", 1, default)).Allowed);
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.Gcra)]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.SlidingWindow)]
    public async Task Check_DearRequestRefused_TakesNothing(RateLimitAlgorithm algorithm)
    {
        await using var host = await RateLimitHost.StartAsync(
            redis.ConnectionString, _prefix, ("p", new RateLimitPolicyOptions { Algorithm = algorithm, Limit = 10, Window = TimeSpan.FromHours(1) }));

        Assert.Equal(1, await host.GrantedAsync("p", "k", 3, cost: 6));
        Assert.Equal(4, await host.GrantedAsync("p", "k", 9));
    }

    [Fact]
    public async Task Check_MoreThanTheLimitAtOnce_IsNeverAllowed()
    {
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", new RateLimitPolicyOptions { Limit = 10 }));

        var result = await host.Limits().CheckPolicyAsync("p", "k", 11, default);

        Assert.False(result.Allowed);
        Assert.Equal(Timeout.InfiniteTimeSpan, result.RetryAfter);
    }

    [Fact]
    public async Task SlidingWindow_AfterAFullWindow_GrantsWhatNoLongerOverlaps()
    {
        var window = TimeSpan.FromMilliseconds(600);
        await using var host = await RateLimitHost.StartAsync(
            redis.ConnectionString, _prefix, ("p", new RateLimitPolicyOptions { Algorithm = RateLimitAlgorithm.SlidingWindow, Limit = 60, Window = window }));
        var start = Stopwatch.GetTimestamp();
        var grants = new List<TimeSpan>();
        while (Stopwatch.GetElapsedTime(start) < window * 3)
        {
            // Within the process a denial is answered at once: the pause keeps the loop from being busy.
            if ((await host.Limits().CheckPolicyAsync("p", "k", 1, default)).Allowed)
            {
                grants.Add(Stopwatch.GetElapsedTime(start));
            }
            else
            {
                await Task.Delay(1);
            }
        }

        // The first window's 60 came at its beginning, so no window sees more than the weighted limit: twice it at the very most.
        Assert.All(grants, end => Assert.InRange(grants.Count(at => at <= end && at > end - window), 1, 120));
        Assert.InRange(grants.Count, 120, 240);
    }

    [Fact]
    public async Task CheckAsync_Plain_TellsAllowedRemainingAndReset()
    {
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix);

        var first = await host.Limits().CheckAsync("anna@example.org", 2, TimeSpan.FromMinutes(1), default);
        var second = await host.Limits().CheckAsync("anna@example.org", 2, TimeSpan.FromMinutes(1), default);
        var third = await host.Limits().CheckAsync("anna@example.org", 2, TimeSpan.FromMinutes(1), default);

        Assert.Equal((true, 1), (first.Allowed, first.Remaining));
        Assert.Equal((true, 0), (second.Allowed, second.Remaining));
        Assert.Equal((false, 0), (third.Allowed, third.Remaining));
        Assert.InRange(third.Reset.TotalSeconds, 55, 60.1);
        Assert.True((await host.Limits().CheckAsync("bert@example.org", 2, TimeSpan.FromMinutes(1), default)).Allowed);
        Assert.True((await host.Limits().CheckAsync("anna@example.org", 3, TimeSpan.FromMinutes(1), default)).Allowed);
    }

    [Fact]
    public async Task Limiter_OfAPolicy_IsAReplenishingRateLimiter()
    {
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", new RateLimitPolicyOptions { Limit = 2 }));
        await using var limiter = Assert.IsAssignableFrom<ReplenishingRateLimiter>(host.Limits().GetLimiter("p", "k"));

        using var first = await limiter.AcquireAsync();
        using var second = await limiter.AcquireAsync();
        using var third = await limiter.AcquireAsync();

        Assert.Equal((true, true, false), (first.IsAcquired, second.IsAcquired, third.IsAcquired));
        Assert.True(third.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter));
        Assert.InRange(retryAfter.TotalSeconds, 25, 30.1);
        Assert.Equal((2, 1), ((int)limiter.GetStatistics()!.TotalSuccessfulLeases, (int)limiter.GetStatistics()!.TotalFailedLeases));
        Assert.False(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public async Task PartitionedLimiter_OfAPolicy_CountsEachResourceApart()
    {
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", new RateLimitPolicyOptions { Limit = 1 }));
        await using var limiter = host.Limits().GetPartitionedLimiter<Uri>("p", uri => uri.Host);

        Assert.True((await limiter.AcquireAsync(new Uri("http://a/1"))).IsAcquired);
        Assert.False((await limiter.AcquireAsync(new Uri("http://a/2"))).IsAcquired);
        Assert.True((await limiter.AcquireAsync(new Uri("http://b/1"))).IsAcquired);
    }

    [Fact]
    public async Task Concurrency_LeasesHeld_AreRenewedAndFreedWhenDisposed()
    {
        var policy = new RateLimitPolicyOptions { Algorithm = RateLimitAlgorithm.Concurrency, Limit = 2, Window = TimeSpan.FromSeconds(1) };
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));
        var limiter = host.Limits().GetLimiter("p", "k");
        var first = await limiter.AcquireAsync();
        using var second = await limiter.AcquireAsync();
        var held = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(held) < policy.Window * 1.5)
        {
            Assert.False((await limiter.AcquireAsync()).IsAcquired);
            await Task.Delay(50);
        }

        first.Dispose();

        await Eventually.TrueAsync(async () => (await limiter.AcquireAsync()).IsAcquired, TimeSpan.FromSeconds(1), "the permit is free");
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.Gcra, 1, int.MaxValue)]
    [InlineData(RateLimitAlgorithm.TokenBucket, 1, 3_000_000)]
    [InlineData(RateLimitAlgorithm.FixedWindow, 10, int.MaxValue)]
    [InlineData(RateLimitAlgorithm.SlidingWindow, 10, 1 << 26)]
    [InlineData(RateLimitAlgorithm.SlidingWindow, 10, int.MaxValue)]
    public async Task Check_MoreThanACounterHolds_IsNeverAllowedAndGivesNothingBack(RateLimitAlgorithm algorithm, int limit, int cost)
    {
        var policy = new RateLimitPolicyOptions { Algorithm = algorithm, Limit = limit, Window = TimeSpan.FromHours(24) };
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));

        var used = (limit + 1) / 2;
        Assert.Equal(used, await host.GrantedAsync("p", "k", used));
        var refused = await host.Limits().CheckPolicyAsync("p", "k", cost, default);

        // A process that remembers no refusal.
        await using var other = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));
        Assert.Equal((false, Timeout.InfiniteTimeSpan), (refused.Allowed, refused.RetryAfter));
        Assert.Equal(limit - used, await other.GrantedAsync("p", "k", limit));
    }

    [Fact]
    public async Task Check_SameKeyAndLimitInTwoWindows_CountsApart()
    {
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix);
        var limits = host.Limits();

        Assert.True((await limits.CheckAsync("k", 1, TimeSpan.FromHours(1), default)).Allowed);
        Assert.False((await limits.CheckAsync("k", 1, TimeSpan.FromHours(1), default)).Allowed);
        var other = await limits.CheckAsync("k", 1, TimeSpan.FromMinutes(1), default);

        Assert.True(other.Allowed);
        Assert.InRange(other.Reset, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Concurrency_HolderGone_PermitExpires()
    {
        var policy = new RateLimitPolicyOptions { Algorithm = RateLimitAlgorithm.Concurrency, Limit = 1, Window = TimeSpan.FromSeconds(1) };
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));
        var gone = await RateLimitHost.StartAsync(redis.ConnectionString, _prefix, ("p", policy));
        Assert.True((await gone.Limits().GetLimiter("p", "k").AcquireAsync()).IsAcquired);
        Assert.False((await host.Limits().GetLimiter("p", "k").AcquireAsync()).IsAcquired);

        await gone.DisposeAsync();

        await Eventually.TrueAsync(
            async () => (await host.Limits().GetLimiter("p", "k").AcquireAsync()).IsAcquired, TimeSpan.FromSeconds(3), "the permit expired");
    }
}
