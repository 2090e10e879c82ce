using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Redis;
using Platform.Tasks;
using Platform.Tasks.Client;
using Platform.Tasks.Handlers;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>What the candidates work with: one private Redis, the engine in hosts as a service has it, and the peers.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public const string Type = "no-op";

    private readonly RedisServer _server;
    private readonly ConnectionMultiplexer _admin;
    private readonly ConnectionMultiplexer _raw;
    private readonly bool _telemetry;
    private IHost? _client;

    private Bench(
        RedisServer server, ConnectionMultiplexer admin, ConnectionMultiplexer raw, IReadOnlyDictionary<string, Peer> peers, TimeSpan burst, bool telemetry)
    {
        _server = server;
        _admin = admin;
        _raw = raw;
        _telemetry = telemetry;
        Peers = peers;
        BurstTime = burst;
    }

    /// <summary>How long a burst that is bounded by time takes.</summary>
    public TimeSpan BurstTime { get; }

    public IReadOnlyDictionary<string, Peer> Peers { get; }

    public string ConnectionString => _server.ConnectionString;

    public IServer Server => _admin.GetServers()[0];

    /// <summary>The raw client, on a connection of its own over the same socket layer.</summary>
    public IDatabase Raw => _raw.GetDatabase();

    /// <summary>The engine of a host that works at nothing.</summary>
    public TaskClient Client => _client!.Services.GetRequiredService<TaskClient>();

    public IConnectionMultiplexer ClientConnection => _client!.Services.GetRequiredService<IConnectionMultiplexer>();

    public static async Task<Bench> StartAsync(
        RedisServer server, ConnectionMultiplexer admin, IReadOnlyDictionary<string, Peer> peers, TimeSpan burst, bool telemetry)
    {
        var bench = new Bench(server, admin, await ConnectionMultiplexer.ConnectAsync(server.ConnectionString), peers, burst, telemetry);
        bench._client = await bench.StartEngineAsync(concurrency: 1);
        return bench;
    }

    /// <summary>Starts a host with the engine.</summary>
    /// <param name="concurrency">Tasks at once, once its <see cref="TaskWorker"/> is started.</param>
    public async Task<IHost> StartEngineAsync(int concurrency)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create("ConnectionStrings:redis", (string?)_server.ConnectionString),
            KeyValuePair.Create("Tasks:Concurrency", (string?)$"{concurrency}"),
        ]);
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.AddPlatformRedis("redis", TaskKeys.Registry).AddTaskEngine();
        builder.Services.AddTaskHandler<NoOpHandler, JobPayload>(Type, new TaskTypeOptions { IsFireAndForget = true });
        // Started by whoever measures; the upkeep, once a second, would find that the server was emptied under it.
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(TaskWorker)));
        builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(QueueUpkeep)));
        builder.Services.AddSingleton<TaskWorker>();
        if (!_telemetry)
        {
            builder.Services.RemoveTelemetryListeners();
        }

        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Has so many loops do the same for the time of a burst.</summary>
    /// <param name="operation">Returns how many tasks it was.</param>
    public async Task<Burst> TogetherAsync(int loops, Func<int, Task<int>> operation) => await MeasureAsync(async () =>
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(BurstTime.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, loops).Select(loop => Task.Run(async () =>
        {
            long count = 0;
            while (Stopwatch.GetTimestamp() < deadline)
            {
                count += await operation(loop);
            }

            return count;
        })));
        return counts.Sum();
    });

    /// <summary>Measures this process while something is done.</summary>
    public static async Task<Burst> MeasureAsync(Func<Task<long>> action)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var count = await action();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new Burst(count, seconds, (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds)
        {
            Bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes,
        };
    }

    public async Task<Counters> ReadCountersAsync(IConnectionMultiplexer? connection) =>
        Counters.Read(await Server.InfoRawAsync("all"), connection?.GetCounters().Interactive.OperationCount ?? double.NaN);

    /// <summary>Has tasks wait.</summary>
    public static async Task FillAsync(TaskClient client, int count)
    {
        for (var left = count; left > 0; left -= 1000)
        {
            await client.EnqueueManyAsync(Type, Enumerable.Repeat(JobPayload.One, Math.Min(left, 1000)).ToArray());
        }
    }

    /// <summary>Starts the worker of a host, and waits until so many tasks were run and acknowledged.</summary>
    public async Task RunUntilDoneAsync(IHost host, long count)
    {
        var begun = NoOpHandler.AfterAsync(count);
        await host.Services.GetRequiredService<TaskWorker>().StartAsync(CancellationToken.None);
        await begun;
        var lane = host.Services.GetRequiredService<TaskLanes>().All.Single(lane => lane.Priority == TaskPriority.Normal).Key;
        while (await Raw.StreamLengthAsync(lane) > 0)
        {
            await Task.Yield();
        }
    }

    /// <summary>Ends the worker of a host, and the host.</summary>
    public static async Task StopAsync(IHost host)
    {
        await host.Services.GetRequiredService<TaskWorker>().StopAsync(CancellationToken.None);
        await host.StopAsync();
        host.Dispose();
    }

    /// <summary>Empties the server's files, and waits until it is done.</summary>
    public async Task RewriteAsync()
    {
        await Server.FlushDatabaseAsync();
        await Server.ExecuteAsync("BGREWRITEAOF");
        while ((await Server.InfoRawAsync("persistence"))!.Contains("aof_rewrite_in_progress:1", StringComparison.Ordinal))
        {
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_client!);
        await _raw.DisposeAsync();
    }
}
