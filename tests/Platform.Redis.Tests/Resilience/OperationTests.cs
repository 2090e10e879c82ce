using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Connection;
using Platform.Redis.Diagnostics;
using Platform.Redis.Resilience;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Resilience;

/// <summary>What waits for replies is used again and again: no use may end, or get the reply of, another.</summary>
public sealed class OperationTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var prefix = RedisFixture.NewPrefix();
        _host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        await Eventually.TrueAsync(async () => await _host.PingAsync() > TimeSpan.Zero, TimeSpan.FromSeconds(5), "Redis answers");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Execute_ManyAtOnceSomeCancelledSomeTooSlow_EachGetsItsOwnEnd()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(loop => Task.Run(() => LoopAsync(loop))));
    }

    [Fact]
    public async Task Execute_ManyTimeOutAtOnce_AllEndInTime()
    {
        var ends = await Task.WhenAll(Enumerable.Range(0, 500).Select(async _ =>
        {
            var start = Stopwatch.GetTimestamp();
            await Record.ExceptionAsync(() => _host.Store.ExecuteAsync("test.never", static _ => new TaskCompletionSource<int>().Task, default));
            return Stopwatch.GetElapsedTime(start);
        }));
        
        // An exception each, on a machine that may have other things to do.
        Assert.InRange(ends.Min().TotalMilliseconds, 0, 550);
        Assert.InRange(ends.Max().TotalMilliseconds, 0, 1000);
    }

    [Fact]
    public async Task Execute_RepliesAfterItsTimeout_ChangesNothing()
    {
        var late = new TaskCompletionSource<string>();
        await Assert.ThrowsAsync<RedisUnavailableException>(() => _host.Store.ExecuteAsync("test.late", _ => late.Task, default));
        await Eventually.TrueAsync(
            () => _host.Store.State == RedisBreakerState.Closed, TimeSpan.FromSeconds(5), "Redis, which was silent for all that time, is found well");
        var next = _host.Store.ExecuteAsync("test.next", static async database => $"{await database.PingAsync() > TimeSpan.Zero}", default);
        late.SetResult("late");
        Assert.Equal("True", await next);
    }

    [Fact]
    public async Task Execute_FailsAfterItsCancellation_IsNotAnUnobservedException()
    {
        var unobserved = new List<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            if (args.Exception.InnerExceptions.Any(inner => inner.Message == "late failure of the test"))
            {
                unobserved.Add(args.Exception);
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        await FailLateAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        TaskScheduler.UnobservedTaskException -= Note;
        Assert.Empty(unobserved);
    }

    [Fact]
    public async Task Execute_CommandThrowsInsteadOfSending_IsTheTasksFailure()
    {
        var mistake = _host.Store.ExecuteAsync("test.mistake", Task<int> (IDatabase _) => throw new InvalidOperationException("mistake"), default);
        Assert.Equal("mistake", (await Assert.ThrowsAsync<InvalidOperationException>(() => mistake)).Message);
    }

    [Fact]
    public async Task Execute_ClientCancelsTheReply_IsATimeoutWithUnknownOutcome()
    {
        var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => _host.Store.ExecuteAsync(
            "test.cancelled", static _ => Task.FromCanceled<int>(new CancellationToken(canceled: true)), default));
        Assert.Equal((RedisUnavailableReason.TimedOut, true), (refused.Reason, refused.OutcomeUnknown));
    }

    [Fact]
    public async Task Again_ConnectionClosedMeanwhile_IsTheTasksFailureAndNotTheProcesss()
    {
        var services = _host.Services;
        var breaker = ActivatorUtilities.CreateInstance<RedisBreaker>(services);
        var guard = new OperationGuard(
            services.GetRequiredService<RedisConnection>(), breaker, services.GetRequiredService<RedisMetrics>());
        var reply = new TaskCompletionSource<int>();
        var result = new ClosedMeanwhile().WaitAsync(guard, "test.again", start: 0, reply.Task, TimeSpan.FromSeconds(5), default);

        reply.SetException(new RedisServerException("NOSCRIPT No matching script."));

        var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => result);
        Assert.Equal(RedisUnavailableReason.ConnectionLost, refused.Reason);
    }

    private async Task LoopAsync(int loop)
    {
        var random = new Random(loop);
        for (var i = 0; i < 60; i++)
        {
            var expected = (loop * 1000) + i;
            switch (random.Next(12))
            {
                case 0:
                    using (var cancelling = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 30))))
                    {
                        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _host.Store.ExecuteAsync(
                            "test.never", static _ => new TaskCompletionSource<RedisResult>().Task, cancelling.Token));
                    }

                    break;
                case 1:
                    var mistake = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _host.Store.ExecuteAsync(
                        "test.fails", async Task<RedisResult> (_) => { await Task.Yield(); throw new InvalidTimeZoneException($"{expected}"); }, default));
                    Assert.Equal(expected.ToString(CultureInfo.InvariantCulture), mistake.Message);
                    break;
                default:
                    var echoed = await _host.Store.ExecuteAsync("test.echo", expected, static (database, value) => database.ExecuteAsync("ECHO", value), default);
                    Assert.Equal(expected, (int)echoed);
                    break;
            }
        }
    }

    private async Task FailLateAsync()
    {
        var late = new TaskCompletionSource<int>();
        using var cancelling = new CancellationTokenSource();
        var operation = _host.Store.ExecuteAsync("test.late", _ => late.Task, cancelling.Token);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => operation);
        late.SetException(new TimeoutException("late failure of the test"));
    }

    private sealed class ClosedMeanwhile : Operation<int>
    {
        protected override Task? Again(Exception exception) => exception is RedisServerException ? throw new ObjectDisposedException("client") : null;

        protected override void Return()
        {
        }
    }
}
