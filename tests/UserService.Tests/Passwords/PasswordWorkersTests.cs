using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;
using UserService.Passwords;

namespace UserService.Tests.Passwords;

public sealed class PasswordWorkersTests : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly Clock _clock = new();
    private readonly PasswordWorkers _workers;

    public PasswordWorkersTests() => _workers = new PasswordWorkers(
        Options.Create(new PasswordHashingOptions { Workers = 1, QueuePerWorker = 2 }), _clock);

    [Fact]
    public async Task Run_MoreThanTheQueueHolds_IsRefusedAtOnceAndTheRestIsDone()
    {
        var running = OccupyWorker();
        using var leaving = new CancellationTokenSource();
        var waiting = _workers.RunAsync(() => 1, CancellationToken.None);
        var left = _workers.RunAsync(() => 2, leaving.Token);

        var refused = Assert.Throws<ProblemException>(() => { _ = _workers.RunAsync(() => 3, CancellationToken.None); });
        await leaving.CancelAsync();
        _release.Set();

        Assert.Equal(503, refused.Status);
        Assert.NotNull(refused.RetryAfter);
        Assert.False(await running);
        Assert.Equal(1, await waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
    }

    [Fact]
    public async Task Run_WaitedTooLong_IsRefusedInsteadOfDone()
    {
        var running = OccupyWorker();
        var late = _workers.RunAsync(() => 1, CancellationToken.None);
        _clock.Elapse(TimeSpan.FromSeconds(2.5));
        var inTime = _workers.RunAsync(() => 2, CancellationToken.None);
        _release.Set();

        Assert.False(await running);
        Assert.Equal(503, (await Assert.ThrowsAsync<ProblemException>(() => late)).Status);
        Assert.Equal(2, await inTime);
    }

    [Fact]
    public async Task Run_WorkThatFails_FailsTheCallerAndNotTheWorker()
    {
        await Assert.ThrowsAsync<FormatException>(() => _workers.RunAsync<int>(() => throw new FormatException(), CancellationToken.None));

        Assert.Equal(1, await _workers.RunAsync(() => 1, CancellationToken.None));
    }

    public void Dispose()
    {
        _release.Set();
        _workers.Dispose();
        _release.Dispose();
    }

    /// <returns>Whether the worker is one of the thread pool.</returns>
    private Task<bool> OccupyWorker()
    {
        using var started = new ManualResetEventSlim();
        var running = _workers.RunAsync(
            () =>
            {
                started.Set();
                _release.Wait();
                return Thread.CurrentThread.IsThreadPoolThread;
            },
            CancellationToken.None);
        Assert.True(started.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        return running;
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Elapse(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
