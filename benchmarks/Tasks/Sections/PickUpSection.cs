using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Benchmarks.Tasks.Harness;
using Platform.Tasks.Client;
using Platform.Tasks.Processing;
using StackExchange.Redis;

namespace Platform.Benchmarks.Tasks.Sections;

/// <summary>From the call that enqueues a task into an idle queue to the start of its handler.</summary>
internal sealed class PickUpSection(int count) : Section
{
    private static readonly RedisKey List = "bench:list";

    public override string Name => "pick-up";

    public override IReadOnlyList<Goal> Goals =>
    [
        new("engine", "blocking pop", Measure.P50, 2), new("engine", "bee-queue", Measure.P50, 0.9), new("engine", "bee-queue", Measure.P99, 1),
    ];

    public override IReadOnlyList<Candidate> Candidates(Bench bench)
    {
        IHost? host = null;
        ConnectionMultiplexer? waiting = null;
        return
        [
            new("blocking pop", "")
            {
                Prepare = async () => waiting = await ConnectionMultiplexer.ConnectAsync(bench.ConnectionString),
                Run = () => MeasureAsync(count, () => PopAsync(waiting!.GetDatabase()), () => bench.Raw.ListLeftPushAsync(List, "x")),
                End = async () => await waiting!.DisposeAsync(),
                Connection = () => bench.Raw.Multiplexer,
            },
            new("engine", "")
            {
                Prepare = async () =>
                {
                    host = await bench.StartEngineAsync(concurrency: 4);
                    await host.Services.GetRequiredService<TaskWorker>().StartAsync(CancellationToken.None);
                },
                Run = () =>
                {
                    var client = host!.Services.GetRequiredService<TaskClient>();
                    return MeasureAsync(count, () => NoOpHandler.AfterAsync(1), () => client.EnqueueAsync(Bench.Type, JobPayload.One));
                },
                End = () => Bench.StopAsync(host!),
                Connection = () => host!.Services.GetRequiredService<IConnectionMultiplexer>(),
            },
            .. bench.Peers.Select(peer => new Candidate(peer.Key, "")
            {
                Prepare = () => peer.Value.AskAsync(new { what = "listen" }),
                Run = () => peer.Value.AskAsync(new { what = "pickUps", count }),
                End = () => peer.Value.AskAsync(new { what = "close" }),
            }),
        ];
    }

    private static async Task<long> PopAsync(IDatabase database)
    {
        await database.ExecuteAsync("BLPOP", List, 3);
        return Stopwatch.GetTimestamp();
    }

    /// <param name="picked">Begins to wait; tells when it was picked up.</param>
    /// <param name="enqueue">Ends when it was accepted.</param>
    private static async Task<Burst> MeasureAsync(int count, Func<Task<long>> picked, Func<Task> enqueue)
    {
        var latencies = new double[count];
        var burst = await Bench.MeasureAsync(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                var began = picked();
                await Task.Delay(Random.Shared.Next(5, 10));
                var started = Stopwatch.GetTimestamp();
                var accepted = enqueue();
                latencies[i] = Stopwatch.GetElapsedTime(started, await began).TotalMicroseconds;
                await accepted;
            }

            return count;
        });
        Array.Sort(latencies);
        return burst with { Latencies = latencies };
    }
}
