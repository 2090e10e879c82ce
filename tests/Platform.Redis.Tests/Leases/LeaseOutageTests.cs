using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Guarantees;
using Platform.Redis.Leases;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Leases;

public sealed class LeaseOutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private RedisServer _server = null!;
    private TestHost _host = null!;
    private ILeases _leases = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _host = await TestHost.StartAsync(
            _server.ConnectionString, build: builder => builder.AddPlatformRedis("redis", TestKeys.Registry).AddLeases());
        _leases = _host.Services.GetRequiredService<ILeases>();
        await Eventually.TrueAsync(async () => await _host.PingAsync() > TimeSpan.Zero, Soon, "Redis answers");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task RedisHangs_HeldLeaseIsLostBeforeItEndsAndNoneIsGiven()
    {
        await using var lease = await _leases.AcquireAsync("held", Duration, Soon, Cancellation);
        var capability = _host.Services.GetServices<ICapability>().Single(one => one.Name == "leases");
        using var lost = new SemaphoreSlim(0);
        using var registration = lease.Lost.Register(() => lost.Release());

        _server.Pause();
        var paused = Stopwatch.StartNew();
        Assert.True(await lost.WaitAsync(Soon, Cancellation));
        Assert.InRange(paused.Elapsed, TimeSpan.Zero, Duration);
        Assert.False(lease.IsHeld);
        Assert.Contains(_host.Logs.Lines, line => line.Id == 2501);

        paused.Restart();
        await Assert.ThrowsAsync<RedisUnavailableException>(() => _leases.TryAcquireAsync("free", Duration, Cancellation));
        await Assert.ThrowsAsync<RedisUnavailableException>(() => _leases.AcquireAsync("free", Duration, Soon, Cancellation));
        await lease.DisposeAsync();
        Assert.InRange(paused.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(GuaranteeMode.Refusing, capability.State.Mode);
        Assert.NotNull(capability.State.Weaker);

        _server.Resume();
        ILease? next = null;
        await Eventually.TrueAsync(async () => (next = await _leases.TryAcquireAsync("held", Duration, Cancellation)) is not null, Soon, "it is free");
        Assert.True(next!.Fence > lease.Fence);
        Assert.Equal(GuaranteeMode.Redis, capability.State.Mode);
        await next.DisposeAsync();
    }

    [Fact]
    public async Task RedisHangsShorterThanTheLease_ItIsKept()
    {
        await using var lease = await _leases.AcquireAsync("kept", TimeSpan.FromSeconds(6), Soon, Cancellation);
        _server.Pause();
        await Eventually.TrueAsync(() => _host.Store.State != RedisBreakerState.Closed || Ping(), Soon, "the outage is noticed");
        _server.Resume();
        await Eventually.TrueAsync(async () => await _host.PingAsync() > TimeSpan.Zero, Soon, "Redis answers");
        var time = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => time.Elapsed > TimeSpan.FromSeconds(2.2), Soon, "a renewal is due");
        Assert.True(lease.IsHeld);
        Assert.True(await lease.ReleaseAsync(Cancellation));
    }

    [Fact]
    public async Task RedisFlushed_LeaseIsLostAndTheNextNumberIsHigher()
    {
        await using var lease = await _leases.AcquireAsync("flushed", TimeSpan.FromMilliseconds(600), Soon, Cancellation);
        await _host.Multiplexer.GetDatabase().ExecuteAsync("FLUSHALL");
        await Eventually.TrueAsync(() => lease.Lost.IsCancellationRequested, Soon, "the loss is noticed");
        await using var next = await _leases.AcquireAsync("flushed", Duration, Soon, Cancellation);
        Assert.True(next.Fence > lease.Fence);
    }

    [Fact]
    public async Task RedisFull_NoneIsGivenAndHeldOnesAreKeptAndReleased()
    {
        var lease = await _leases.AcquireAsync("full", TimeSpan.FromSeconds(1.2), Soon, Cancellation);
        await _host.Multiplexer.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => _leases.TryAcquireAsync("free", Duration, Cancellation));
        Assert.Equal(RedisUnavailableReason.OutOfMemory, refused.Reason);
        var time = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => time.Elapsed > TimeSpan.FromSeconds(1.8), Soon, "it would have ended");
        Assert.True(lease.IsHeld);
        Assert.True(await lease.ReleaseAsync(Cancellation));
    }

    private bool Ping()
    {
        _ = _host.PingAsync().ContinueWith(static ping => _ = ping.Exception, TaskScheduler.Default);
        return false;
    }
}
