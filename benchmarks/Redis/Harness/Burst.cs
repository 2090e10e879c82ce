using System.Diagnostics;

namespace Platform.Benchmarks.Redis.Harness;

/// <summary>Runs one candidate for a short time.</summary>
internal static class Burst
{
    // How long one call of a single caller's loop should take, so that looking at the clock costs nothing.
    private static readonly TimeSpan LoopTime = TimeSpan.FromMilliseconds(1);

    public static async Task<Measurement> RunAsync(Bench bench, Candidate candidate, int inFlight, TimeSpan time)
    {
        var before = await bench.ReadCountersAsync();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var deadline = started + (long)(time.TotalSeconds * Stopwatch.Frequency);

        var count = candidate.Operation is null
            ? await AloneAsync(candidate.Loop!, deadline)
            : await TogetherAsync(candidate, inFlight, deadline);

        var elapsed = Stopwatch.GetElapsedTime(started);
        var used = Environment.CpuUsage.TotalTime - processor;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        var after = await bench.ReadCountersAsync();
        return new Measurement(
            count / elapsed.TotalSeconds,
            used.TotalMicroseconds / count,
            (double)allocated / count,
            (after.MainThread - before.MainThread) * 1_000_000 / count,
            (after.Commands - before.Commands) / count,
            (after.Sent - before.Sent) / count);
    }

    private static async Task<long> TogetherAsync(Candidate candidate, int inFlight, long deadline)
    {
        var operation = candidate.Operation!;
        var first = candidate.Next;
        var loops = new Task<long>[inFlight];
        for (var i = 0; i < inFlight; i++)
        {
            var own = first + i;
            loops[i] = Task.Run(async () =>
            {
                long count = 0;
                for (; Stopwatch.GetTimestamp() < deadline; count++)
                {
                    await operation(own + (count * inFlight));
                }

                return count;
            });
        }

        var counts = await Task.WhenAll(loops);
        candidate.Next = first + ((counts.Max() + 1) * inFlight);
        return counts.Sum();
    }

    private static async Task<long> AloneAsync(Func<int, ValueTask> loop, long deadline)
    {
        long total = 0;
        var batch = 1;
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            if (started >= deadline)
            {
                return total;
            }

            await loop(batch);
            total += batch;
            if (Stopwatch.GetElapsedTime(started) < LoopTime && batch < 1 << 20)
            {
                batch *= 2;
            }
        }
    }
}
