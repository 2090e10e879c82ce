using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Redis;
using Platform.Tasks;
using Platform.Tasks.Client;
using Platform.Tasks.Queues;
using Platform.TestKit;
using Platform.WorkerApp;

namespace TaskService.Tests.Faults;

/// <summary>Processes that run tasks on a Redis of their own, what they wrote down, and a client that enqueues for them.</summary>
internal sealed class WorkerProcesses : IAsyncDisposable
{
    private const string HeldBy = """
        local numbers = {}
        for _, pending in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 10000)) do
          local entry = string.find(pending[2], ARGV[2], 1, true) and redis.call('XRANGE', KEYS[1], pending[1], pending[1])[1]
          numbers[#numbers + 1] = entry and string.match(table.concat(entry[2]), '"number":(%d+)') or nil
        end
        return table.concat(numbers, ' ')
        """;

    private readonly DirectoryInfo _ledger = Directory.CreateTempSubdirectory("platform-ledger-");
    private readonly List<Replica> _running = [];
    private readonly (string Name, string Value)[] _settings;
    private IHost? _client;

    private WorkerProcesses(RedisServer redis, TimeSpan lease)
    {
        Redis = redis;
        _settings =
        [
            ("ConnectionStrings:tasks", redis.ConnectionString),
            ("Redis:OperationTimeout", "00:00:03"),
            ("Tasks:LeaseDuration", lease.ToString()),
            ("Tasks:Concurrency", "8"),
            ("Tasks:Queues:0", "default"),
            ("Tasks:Queues:1", "nobody"),
            ("Ledger", _ledger.FullName),
        ];
        _ledger.CreateSubdirectory("effects");
    }

    public RedisServer Redis { get; }

    public IReadOnlyList<Replica> Running => _running;

    /// <summary>Enqueues, and runs nothing itself.</summary>
    public TaskClient Client => _client!.Services.GetRequiredService<TaskClient>();

    public static async Task<WorkerProcesses> StartAsync(int count, TimeSpan lease)
    {
        var workers = new WorkerProcesses(await RedisServer.StartAsync(), lease);
        for (var i = 0; i < count; i++)
        {
            await workers.StartOneAsync();
        }

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Testing" });
        builder.Configuration.AddInMemoryCollection(workers._settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.AddTaskWorkers("tasks", tasks => tasks.Serves.Add("nobody"));
        workers._client = builder.Build();
        await workers._client.StartAsync();
        return workers;
    }

    public async Task<Replica> StartOneAsync()
    {
        var replica = await Replica.StartAsync(typeof(EffectHandler).Assembly.Location, _settings);
        _running.Add(replica);
        return replica;
    }

    /// <returns>False when it ended before it answered.</returns>
    public async Task<bool> TryStartOneAsync()
    {
        try
        {
            await StartOneAsync();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync(Replica worker)
    {
        _running.Remove(worker);
        await worker.DisposeAsync();
    }

    /// <summary>Numbers of the tasks that Redis gave to a process and has not heard of since.</summary>
    public async Task<IReadOnlySet<int>> HeldByAsync(int process, string lane)
    {
        var numbers = await Redis.CommandAsync("EVAL", HeldBy, "1", lane, TaskQueue.Group, $"-{process}-");
        return numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToHashSet();
    }

    public HashSet<int> Effects() =>
        [.. Directory.EnumerateFiles(Path.Combine(_ledger.FullName, "effects")).Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture))];

    /// <summary>What was begun, by the process that began it.</summary>
    public IEnumerable<(int Process, int Number, int Attempt, DateTimeOffset At)> Begun() =>
        from file in Directory.EnumerateFiles(_ledger.FullName, "begun-*")
        let process = int.Parse(Path.GetFileName(file)["begun-".Length..], CultureInfo.InvariantCulture)
        from line in ReadLines(file)
        let parts = line.Split(' ')
        where parts.Length == 3
        select (process, int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[2], CultureInfo.InvariantCulture)));

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _running)
        {
            await worker.DisposeAsync();
        }

        if (_client is not null)
        {
            await _client.StopAsync();
            _client.Dispose();
        }

        await Redis.DisposeAsync();
        _ledger.Delete(recursive: true);
    }

    private static string[] ReadLines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
