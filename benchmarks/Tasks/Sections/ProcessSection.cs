using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Benchmarks.Tasks.Harness;
using Platform.Tasks.Client;
using Platform.Tasks.Processing;
using StackExchange.Redis;

namespace Platform.Benchmarks.Tasks.Sections;

/// <summary>Tasks that wait are run and acknowledged; what they do is nothing.</summary>
internal sealed class ProcessSection : Section
{
    private static readonly int[] Readers = [1, 4];
    private static readonly int[] EngineConcurrencies = [64, 256, 1000];
    private static readonly int[] PeerConcurrencies = [10, 50, 200];

    public override string Name => "process";

    public override IReadOnlyList<Goal> Goals =>
    [
        new("engine", "read-ack-delete", Measure.Rate, 0.3), new("engine", "bee-queue", Measure.Rate, 2), new("engine", "BullMQ", Measure.Rate, 2.5),
    ];

    public override IReadOnlyList<Candidate> Candidates(Bench bench) =>
    [
        .. Readers.Select(readers => Floor(bench, readers)),
        .. EngineConcurrencies.Select(concurrency => Engine(bench, concurrency)),
        .. bench.Peers.SelectMany(peer => PeerConcurrencies.Select(concurrency => Peer(bench, peer.Key, peer.Value, concurrency))),
    ];

    private static Candidate Floor(Bench bench, int readers)
    {
        var load = new Load(bench.BurstTime);
        return new Candidate("read-ack-delete", $"{readers} × 64")
        {
            Prepare = () => Floors.FillAsync(bench.Raw, load.Count),
            Run = () => load.RunAsync(() => Bench.MeasureAsync(() => Floors.ConsumeAsync(bench.Raw, readers))),
            Connection = () => bench.Raw.Multiplexer,
        };
    }

    private static Candidate Engine(Bench bench, int concurrency)
    {
        var load = new Load(bench.BurstTime);
        IHost? host = null;
        return new Candidate("engine", $"{concurrency} at once")
        {
            Prepare = async () =>
            {
                host = await bench.StartEngineAsync(concurrency);
                await Bench.FillAsync(host.Services.GetRequiredService<TaskClient>(), load.Count);
            },
            Run = () => load.RunAsync(() => Bench.MeasureAsync(async () =>
            {
                await bench.RunUntilDoneAsync(host!, load.Count);
                return load.Count;
            })),
            End = () => Bench.StopAsync(host!),
            Connection = () => host!.Services.GetRequiredService<IConnectionMultiplexer>(),
        };
    }

    private static Candidate Peer(Bench bench, string name, Peer peer, int concurrency)
    {
        var load = new Load(bench.BurstTime);
        return new Candidate(name, $"{concurrency} at once")
        {
            Prepare = async () =>
            {
                await peer.AskAsync(new { what = "fill", count = load.Count });
                await peer.AskAsync(new { what = "prepare", concurrency });
            },
            Run = () => load.RunAsync(() => peer.AskAsync(new { what = "process", count = load.Count, concurrency })),
            End = () => peer.AskAsync(new { what = "close" }),
        };
    }

    /// <summary>As many tasks as the last burst says that one takes.</summary>
    private sealed class Load(TimeSpan burst)
    {
        private const int Least = 2000;
        private const int Most = 100_000;

        public int Count { get; private set; } = Least;

        public async Task<Burst> RunAsync(Func<Task<Burst>> run)
        {
            var result = await run();
            Count = Math.Clamp((int)(result.Count / result.Seconds * burst.TotalSeconds) / 100 * 100, Least, Most);
            return result;
        }
    }
}
