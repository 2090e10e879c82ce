using System.Globalization;
using Platform.Benchmarks.Tasks.Harness;
using Platform.Tasks.Client;
using Platform.Tasks.Processing;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Benchmarks.Tasks.Sections;

/// <summary>Very many tasks through one process: what it and Redis keep of them.</summary>
internal static class Soak
{
    private const int Concurrency = 256;
    private const int Chunk = 10_000;
    private const double MiB = 1024 * 1024;

    /// <summary>What a process may be above what it was after the first tenth, and Redis above what it was before.</summary>
    private const double MostGrowth = 1.15;
    private const double MostLeft = 1;

    /// <returns>Whether both stayed within.</returns>
    public static async Task<bool> RunAsync(Bench bench, int tasks)
    {
        var host = await bench.StartEngineAsync(Concurrency);
        var client = host.Services.GetRequiredService<TaskClient>();
        await host.Services.GetRequiredService<TaskWorker>().StartAsync(CancellationToken.None);
        await RunAsync(client, Chunk);
        var redisBefore = await RedisMiBAsync(bench);

        Console.WriteLine($"{tasks} tasks, {Concurrency} at once");
        Console.WriteLine();
        Console.WriteLine("| tasks | process MiB | live objects MiB | Redis MiB |");
        Console.WriteLine("|---|---|---|---|");
        var samples = new List<(double Process, double Live)>();
        for (var done = 0; done < tasks; done += Chunk)
        {
            await RunAsync(client, Chunk);
            if ((done + Chunk) % (tasks / 10) == 0)
            {
                var (process, live) = (Environment.WorkingSet / MiB, GC.GetTotalMemory(forceFullCollection: true) / MiB);
                samples.Add((process, live));
                var redis = await RedisMiBAsync(bench);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {done + Chunk} | {process:0.0} | {live:0.0} | {redis:0.0} |"));
            }
        }

        // The last acknowledgements.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var redisLeft = await RedisMiBAsync(bench) - redisBefore;
        var growth = samples[^1].Process / samples[0].Process;
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Process at the end: {growth:0.00} × after the first tenth, live objects {samples[0].Live:0.0} -> {samples[^1].Live:0.0} MiB; left in Redis: {redisLeft:0.00} MiB"));
        await Bench.StopAsync(host);
        return growth <= MostGrowth && redisLeft <= MostLeft;
    }

    private static async Task RunAsync(TaskClient client, int count)
    {
        var begun = NoOpHandler.AfterAsync(count);
        await Bench.FillAsync(client, count);
        await begun;
    }

    private static async Task<double> RedisMiBAsync(Bench bench)
    {
        var info = (await bench.Server.InfoRawAsync("memory"))!;
        var start = info.IndexOf("used_memory:", StringComparison.Ordinal) + "used_memory:".Length;
        return double.Parse(info.AsSpan(start, info.IndexOf('\r', start) - start), CultureInfo.InvariantCulture) / MiB;
    }
}
