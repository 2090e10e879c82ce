using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.TestKit;

namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>A queue of npm in a Node process of its own, which stays over all rounds. It is told what to do, and answers, in lines of JSON.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly Process _process;

    private Peer(Process process) => _process = process;

    /// <param name="script">Of the folder <c>peers</c>.</param>
    public static Peer Start(string script, RedisServer server)
    {
        var folder = Folder();
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException($"The peers are not installed: run npm install in {folder}, or leave them out with --no-peers.");
        }

        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        start.ArgumentList.Add(script);
        start.Environment["REDIS_PORT"] = $"{server.Port}";
        start.Environment["REDIS_PASSWORD"] = server.Password;
        start.Environment["NODE_ENV"] = "production";
        return new Peer(Process.Start(start) ?? throw new InvalidOperationException("node does not start."));
    }

    /// <summary>Has it do something and returns its answer.</summary>
    /// <param name="command">Anonymous: <c>what</c>, and what belongs to it.</param>
    public async Task<Burst> AskAsync(object command)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A peer has ended.");
        var answer = JsonSerializer.Deserialize<Answer>(line, JsonSerializerOptions.Web)!;
        return new Burst(answer.Count, answer.Seconds, answer.Processor) { Latencies = answer.Latencies ?? [] };
    }

    public async ValueTask DisposeAsync()
    {
        // It ends with its input.
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Folder()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var folder = Path.Combine(directory.FullName, "benchmarks", "Tasks", "peers");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("benchmarks/Tasks/peers is not above this program.");
    }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Answer(double Count, double Seconds, double Processor, double[]? Latencies);
}
