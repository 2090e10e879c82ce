using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Redis.Guarantees;
using Platform.Redis.Leases;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Leases;

public sealed class LeasesTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly string _prefix = RedisFixture.NewPrefix();
    private TestHost _host = null!;
    private TestHost _other = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await StartAsync();
        _other = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task TryAcquire_ManyCallersInTwoProcesses_OneHoldsIt()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Of(i % 2 == 0 ? _host : _other).TryAcquireAsync("one", Long, Cancellation)));

        var lease = Assert.Single(taken, lease => lease is not null)!;
        Assert.True(lease.IsHeld);
        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.True(await lease.ReleaseAsync(Cancellation));
        Assert.False(lease.IsHeld);
        Assert.False(lease.Lost.IsCancellationRequested);
        await using var next = await Of(_other).TryAcquireAsync("one", Long, Cancellation);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task TryAcquire_OtherName_IsIndependent()
    {
        await using var one = await Of(_host).TryAcquireAsync("a}{b", Long, Cancellation);
        await using var two = await Of(_host).TryAcquireAsync("jane.doe@example.org", Long, Cancellation);
        Assert.NotNull(one);
        Assert.NotNull(two);
    }

    [Fact]
    public async Task Fence_OverReleaseExpiryAndLossOfTheCounter_AlwaysRises()
    {
        var fences = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            await using var lease = await Of(i % 2 == 0 ? _host : _other).AcquireAsync("fence", Long, Soon, Cancellation);
            fences.Add(lease.Fence);
            if (i % 5 == 4)
            {
                // As after a flush, or on a replica that lags behind.
                await redis.GetDatabase().KeyDeleteAsync(KeysOf("fence")[0]);
                await redis.GetDatabase().KeyDeleteAsync(KeysOf("fence")[1]);
            }
        }

        // A counter ahead of the clock goes on from where it is.
        var ahead = fences[^1] + 1_000_000_000_000;
        await redis.GetDatabase().StringSetAsync(KeysOf("fence")[1], ahead, TimeSpan.FromMinutes(1));
        await using var last = await Of(_host).AcquireAsync("fence", Long, Soon, Cancellation);
        Assert.Equal(ahead + 1, last.Fence);
        Assert.Equal(fences.Distinct().Order(), fences);
    }

    [Fact]
    public async Task Lease_OfADigestedName_KeepsNothingOfItInRedis()
    {
        var keys = KeysOf("jane.doe@example.org");
        Assert.All(keys, key => Assert.DoesNotContain("jane", key.ToString()));
        await using var lease = await Of(_host).TryAcquireAsync("jane.doe@example.org", Long, Cancellation);
        Assert.True(await redis.GetDatabase().KeyExistsAsync(keys[0]));
        Assert.True(await redis.GetDatabase().KeyExistsAsync(keys[1]));
    }

    [Fact]
    public async Task Lease_HeldLongerThanItsDuration_IsRenewed()
    {
        await using var lease = await Of(_host).AcquireAsync("renewed", TimeSpan.FromSeconds(1), Soon, Cancellation);
        var held = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => held.Elapsed > TimeSpan.FromSeconds(2.2), Soon, "two durations pass");
        Assert.True(lease.IsHeld);
        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.Null(await Of(_other).TryAcquireAsync("renewed", Long, Cancellation));
    }

    [Fact]
    public async Task Release_ByWhoeverHasItNoMore_IsRefusedAndFreesNothing()
    {
        var first = await Of(_host).AcquireAsync("stolen", Long, Soon, Cancellation);
        await redis.GetDatabase().KeyDeleteAsync(KeysOf("stolen")[0]);
        await using var second = await Of(_other).AcquireAsync("stolen", Long, Soon, Cancellation);

        Assert.False(await first.ReleaseAsync(Cancellation));
        Assert.True(second.Fence > first.Fence);
        Assert.Null(await Of(_host).TryAcquireAsync("stolen", Long, Cancellation));
        Assert.True(await second.ReleaseAsync(Cancellation));
    }

    [Fact]
    public async Task Lost_TakenOver_FiresAndIsToldWithoutTheName()
    {
        await using var lease = await Of(_host).AcquireAsync("jane", TimeSpan.FromMilliseconds(600), Soon, Cancellation);
        await redis.GetDatabase().StringSetAsync(KeysOf("jane")[0], "somebody", TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync(() => lease.Lost.IsCancellationRequested, Soon, "the loss is noticed");
        Assert.False(lease.IsHeld);
        Assert.Equal("somebody", await redis.GetDatabase().StringGetAsync(KeysOf("jane")[0]));
        Assert.DoesNotContain("jane", Assert.Single(_host.Logs.Lines, line => line.Id == 2500).Text);
        await redis.GetDatabase().KeyDeleteAsync(KeysOf("jane")[0]);
    }

    [Fact]
    public async Task Acquire_HeldByAnother_IsWokenByTheRelease()
    {
        await using var host = await StartAsync(options => options.PollInterval = TimeSpan.FromSeconds(10));
        var holder = await Of(_other).AcquireAsync("woken", Long, Soon, Cancellation);
        var waiters = Enumerable.Range(0, 5).Select(_ => PassAsync(Of(host), "woken")).ToList();
        await Eventually.TrueAsync(async () => await SubscribersAsync(host) >= 1, Soon, "the waiters listen");
        Assert.All(waiters, waiter => Assert.False(waiter.IsCompleted));

        var released = Stopwatch.StartNew();
        await holder.ReleaseAsync(Cancellation);
        var fences = await Task.WhenAll(waiters);
        Assert.Equal(5, fences.Distinct().Count());
        Assert.True(released.Elapsed < TimeSpan.FromSeconds(4), $"{released.Elapsed}: polled, not woken");
    }

    [Fact]
    public async Task Acquire_WakeUpLostOrHolderDead_IsPolled()
    {
        var holder = await Of(_other).AcquireAsync("unwoken", Long, Soon, Cancellation);
        var waiter = PassAsync(Of(_host), "unwoken");
        await redis.GetDatabase().KeyDeleteAsync(KeysOf("unwoken")[0]);
        Assert.True(await waiter.WaitAsync(TimeSpan.FromSeconds(3), Cancellation) > holder.Fence);
        await holder.DisposeAsync();
    }

    [Fact]
    public async Task Acquire_NotFreeInTime_ThrowsTimeout()
    {
        await using var holder = await Of(_other).AcquireAsync("busy", Long, Soon, Cancellation);
        await Assert.ThrowsAsync<TimeoutException>(() => Of(_host).AcquireAsync("busy", Long, TimeSpan.FromMilliseconds(100), Cancellation));
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Of(_host).AcquireAsync("busy", Long, Long, leave.Token));
    }

    [Theory]
    [InlineData("", 1000)]
    [InlineData("name", 99)]
    [InlineData("name", 3_600_001)]
    public async Task TryAcquire_ArgumentsOutOfBounds_Throws(string name, int milliseconds) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => Of(_host).TryAcquireAsync(name, TimeSpan.FromMilliseconds(milliseconds), Cancellation));

    [Fact]
    public async Task Options_OutOfRange_AreRefusedAtStart()
    {
        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => StartAsync(options => options.SafetyMargin = 0.9));
        Assert.Contains("SafetyMargin", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Capability_WithRedis_SaysRedis()
    {
        var capability = Assert.Single(_host.Services.GetServices<ICapability>(), one => one.Name == "leases");
        Assert.Equal(GuaranteeMode.Redis, capability.State.Mode);
    }

    private static ILeases Of(TestHost host) => host.Services.GetRequiredService<ILeases>();

    private static async Task<long> PassAsync(ILeases leases, string name)
    {
        await using var lease = await leases.AcquireAsync(name, Long, TimeSpan.FromSeconds(30), Cancellation);
        return lease.Fence;
    }

    private Task<TestHost> StartAsync(Action<LeaseOptions>? configure = null) => TestHost.StartAsync(
        redis.ConnectionString, options => options.KeyPrefix = _prefix, build: builder => Builder(builder).AddLeases(configure));

    private static IPlatformRedisBuilder Builder(HostApplicationBuilder builder) => builder.AddPlatformRedis("redis", TestKeys.Registry);

    private RedisKey[] KeysOf(string name) => LeaseKeys.Of(_host.Keys, name);

    private static async Task<long> SubscribersAsync(TestHost host)
    {
        var channel = RedisChannel.Literal(host.Events.WakeChannel);
        return (await Task.WhenAll(host.Multiplexer.GetServers().Select(server => server.SubscriptionSubscriberCountAsync(channel)))).Sum();
    }
}
