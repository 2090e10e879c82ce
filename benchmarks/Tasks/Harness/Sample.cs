namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>What a candidate did in one burst, by its own count.</summary>
/// <param name="Count">Tasks.</param>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="Processor">Microseconds of processor time of the process that did it, over the burst.</param>
internal sealed record Burst(double Count, double Seconds, double Processor)
{
    /// <summary>Bytes allocated over the burst; not a number where the process is not ours.</summary>
    public double Bytes { get; init; } = double.NaN;

    /// <summary>Microseconds of each, sorted, where it is a latency that is measured.</summary>
    public IReadOnlyList<double> Latencies { get; init; } = [];
}

/// <summary>One burst with what Redis counted beside; all but the rate and the latencies are per task.</summary>
/// <param name="Rate">Tasks per second.</param>
/// <param name="P50">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="Processor">Microseconds of processor time of the process that did it.</param>
/// <param name="Bytes">Bytes that it allocated.</param>
/// <param name="Redis">Microseconds of processor time of the server's main thread.</param>
/// <param name="Commands">Commands that the server carried out, those within scripts included.</param>
/// <param name="Sent">Requests sent, where the process is ours.</param>
internal sealed record Sample(double Rate, double P50, double P99, double Processor, double Bytes, double Redis, double Commands, double Sent)
{
    public static Sample Of(Burst burst, Counters before, Counters after) => new(
        burst.Count / burst.Seconds,
        Quantile(burst.Latencies, 0.5),
        Quantile(burst.Latencies, 0.99),
        burst.Processor / burst.Count,
        burst.Bytes / burst.Count,
        (after.MainThread - before.MainThread) * 1_000_000 / burst.Count,
        (after.Commands - before.Commands) / burst.Count,
        (after.Sent - before.Sent) / burst.Count);

    private static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
