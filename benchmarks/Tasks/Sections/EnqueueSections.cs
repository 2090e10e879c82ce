using Platform.Benchmarks.Tasks.Harness;

namespace Platform.Benchmarks.Tasks.Sections;

/// <summary>One task at a time, by many callers at once.</summary>
internal sealed class SingleEnqueueSection : Section
{
    private const int Callers = 50;

    public override string Name => "enqueue";

    public override IReadOnlyList<Goal> Goals =>
    [
        new("engine", "XADD", Measure.Rate, 0.45), new("engine", "bee-queue", Measure.Rate, 1.5), new("engine", "BullMQ", Measure.Rate, 3),
        new("engine", "", Measure.Sent, 1),
    ];

    public override IReadOnlyList<Candidate> Candidates(Bench bench) =>
    [
        new("XADD", "50 callers")
        {
            Run = () => bench.TogetherAsync(Callers, _ => Floors.AddAsync(bench.Raw)),
            Connection = () => bench.Raw.Multiplexer,
        },
        new("engine", "50 callers")
        {
            Run = () => bench.TogetherAsync(Callers, async _ =>
            {
                await bench.Client.EnqueueAsync(Bench.Type, JobPayload.One);
                return 1;
            }),
            Connection = () => bench.ClientConnection,
        },
        .. bench.Peers.Select(peer => new Candidate(peer.Key, "50 callers")
        {
            Run = () => peer.Value.AskAsync(new { what = "enqueue", loops = Callers, milliseconds = bench.BurstTime.TotalMilliseconds }),
        }),
    ];
}

/// <summary>A hundred at a time, by one caller and by some at once.</summary>
internal sealed class BatchEnqueueSection : Section
{
    private static readonly int[] Callers = [1, 4];
    private static readonly JobPayload[] Payloads = [.. Enumerable.Repeat(JobPayload.One, Floors.BatchSize)];

    public override string Name => "batches";

    public override IReadOnlyList<Goal> Goals =>
        [new("engine", "XADD", Measure.Rate, 1), new("engine", "bee-queue", Measure.Rate, 2.5)];

    public override IReadOnlyList<Candidate> Candidates(Bench bench) =>
    [
        .. Callers.Select(callers => new Candidate("XADD", Label(callers))
        {
            Run = () => bench.TogetherAsync(callers, _ => Floors.AddBatchAsync(bench.Raw)),
            Connection = () => bench.Raw.Multiplexer,
        }),
        .. Callers.Select(callers => new Candidate("engine", Label(callers))
        {
            Run = () => bench.TogetherAsync(callers, async _ =>
            {
                await bench.Client.EnqueueManyAsync(Bench.Type, Payloads);
                return Payloads.Length;
            }),
            Connection = () => bench.ClientConnection,
        }),
        .. bench.Peers.SelectMany(peer => Callers.Select(callers => new Candidate(peer.Key, Label(callers))
        {
            Run = () => peer.Value.AskAsync(
                new { what = "bulk", size = Floors.BatchSize, loops = callers, milliseconds = bench.BurstTime.TotalMilliseconds }),
        })),
    ];

    private static string Label(int callers) => $"{callers} × {Floors.BatchSize}";
}
