using Pipelines.Sockets.Unofficial;
using System.IO.Pipelines;

namespace StandIns.Sockets.Tests.Connections;

/// <summary>Alone, because the process's thread pool is blocked.</summary>
[Collection(nameof(MemoryTests))]
public sealed class StarvationTests
{
    [Fact]
    public async Task Flush_WhileTheThreadPoolIsBlocked_IsSentByTheScheduler()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("test");
        var options = new PipeOptions(readerScheduler: scheduler, writerScheduler: scheduler, useSynchronizationContext: false);
        using var pair = await ConnectedPair.CreateAsync(send: options, receive: options);
        await pair.Connection.Output.WriteAsync(new byte[1]);
        await Eventually.TrueAsync(() => pair.Connection.BytesSent == 1, TimeSpan.FromSeconds(20), "the first byte is sent");

        // From a thread of its own, which needs nothing of the pool.
        var seconds = await Task.Factory.StartNew(
            () => SendWhileBlocked(pair), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.InRange(seconds, 0, 2);
    }

    private static double SendWhileBlocked(ConnectedPair pair)
    {
        using var release = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(200);
        using var busy = new SemaphoreSlim(0);
        for (var i = 0; i < 200; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    busy.Release();
                    release.Wait();
                    blocked.Signal();
                },
                null);
        }

        // As many as the pool has threads from the start; more come only one by one.
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            busy.Wait();
        }

        var started = TimeProvider.System.GetTimestamp();
        while (pair.Connection.BytesSent < 3)
        {
            // A flush that the pool never sees, and one that notices.
            _ = pair.Connection.Output.WriteAsync(new byte[1]).AsTask();
            SpinWait.SpinUntil(() => pair.Connection.BytesSent >= 3, TimeSpan.FromMilliseconds(20));
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(10))
            {
                break;
            }
        }

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        release.Set();
        blocked.Wait();
        return seconds;
    }
}
