using System.Collections.Concurrent;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Sockets.Tests.Connections;

public sealed class SchedulerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Schedule_ManyItems_RunsEachOnce_OnOwnThreadsAndPool()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("test", workerCount: 2, useThreadPoolQueueLength: 5);
        var seen = new ConcurrentBag<int>();
        for (var i = 0; i < 1000; i++)
        {
            scheduler.Schedule(state => seen.Add((int)state!), i);
        }

        await Eventually.TrueAsync(() => seen.Count >= 1000, Patience, "all items run");
        Assert.Equal(Enumerable.Range(0, 1000), seen.Order());
        Assert.Equal(1000, scheduler.TotalServicedByQueue + scheduler.TotalServicedByPool);
    }

    [Fact]
    public async Task Schedule_WithAllWorkersBlocked_IsServedByThePool()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("test", workerCount: 2, useThreadPoolQueueLength: 3);
        using var release = new ManualResetEventSlim();
        for (var i = 0; i < 2; i++)
        {
            scheduler.Schedule(_ => release.Wait(), null);
        }

        await Eventually.TrueAsync(() => scheduler.AvailableCount == 0, Patience, "both workers are busy");
        var ran = 0;
        for (var i = 0; i < 10; i++)
        {
            scheduler.Schedule(_ => Interlocked.Increment(ref ran), null);
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref ran) >= 8, Patience, "the pool helps");
        release.Set();
        await Eventually.TrueAsync(() => Volatile.Read(ref ran) == 10, Patience, "the workers do the rest");
        await Eventually.TrueAsync(() => scheduler.AvailableCount == 2, Patience, "the workers are free again");
    }

    [Fact]
    public async Task Dispose_EndsTheThreads_AndLaterWorkStillRuns()
    {
        var scheduler = new DedicatedThreadPoolPipeScheduler("test", workerCount: 1);
        Thread? worker = null;
        scheduler.Schedule(_ => Volatile.Write(ref worker, Thread.CurrentThread), null);
        await Eventually.TrueAsync(() => Volatile.Read(ref worker) is not null, Patience, "the worker runs");
        Assert.True(worker!.IsBackground);

        scheduler.Dispose();

        await Eventually.TrueAsync(() => !worker.IsAlive, Patience, "the worker ends");
        var later = new TaskCompletionSource();
        scheduler.Schedule(_ => later.SetResult(), null);
        await later.Task.WaitAsync(Patience);
    }

    [Fact]
    public void Delegates_AreWalkedInOrder_WithoutCopies()
    {
        var calls = new List<int>();
        Action all = () => calls.Add(1);
        Assert.True(all.IsSingle());
        all += () => calls.Add(2);
        all += () => calls.Add(3);
        Assert.False(all.IsSingle());

        foreach (var one in all.AsEnumerable())
        {
            one();
        }

        Assert.Equal([1, 2, 3], calls);
        foreach (var one in ((Action)null!).AsEnumerable())
        {
            Assert.Fail($"{one} of nothing");
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var walked = 0;
        for (var i = 0; i < 1000; i++)
        {
            walked += Walk(all);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        Assert.Equal(3000, walked);

        static int Walk(Action handlers)
        {
            var count = 0;
            foreach (var _ in handlers.AsEnumerable())
            {
                count++;
            }

            return count;
        }
    }
}
