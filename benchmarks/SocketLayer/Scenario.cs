using System.Diagnostics;

namespace Platform.Benchmarks.SocketLayer;

internal sealed record Scenario(string Name, int InFlight, Func<IClient, Task> Operation)
{
    private const int MaxSamples = 100_000;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("GET", 1, client => client.GetAsync()),
        new("GET", 50, client => client.GetAsync()),
        new("GET", 500, client => client.GetAsync()),
        new("EVALSHA", 50, client => client.EvaluateAsync()),
        new("XADD", 50, client => client.AddToStreamAsync()),
        new("PUBLISH to heard", 1, client => client.PublishAndHearAsync()),
    ];

    public async Task<Measurement> MeasureAsync(IClient client, TimeSpan time)
    {
        GC.Collect();
        var samples = new long[MaxSamples];
        var deadline = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();

        var total = 0;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var before = Stopwatch.GetTimestamp();
                if (before > deadline)
                {
                    return;
                }

                await Operation(client);
                samples[Interlocked.Increment(ref total) % MaxSamples] = Stopwatch.GetTimestamp() - before;
            }
        })));

        var elapsed = Stopwatch.GetElapsedTime(started);
        var used = Process.GetCurrentProcess().TotalProcessorTime - processor;
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var taken = samples.AsSpan(0, Math.Min(total, MaxSamples));
        taken.Sort();
        return new Measurement(
            total / elapsed.TotalSeconds,
            Stopwatch.GetElapsedTime(0, taken[taken.Length / 2]).TotalMicroseconds,
            Stopwatch.GetElapsedTime(0, taken[taken.Length * 99 / 100]).TotalMicroseconds,
            used.TotalMicroseconds / total,
            (double)bytes / total);
    }
}

/// <summary>Operations per second, latencies and client CPU in microseconds, bytes allocated per operation.</summary>
internal sealed record Measurement(double Rate, double Median, double Percentile99, double Processor, double Allocated);
