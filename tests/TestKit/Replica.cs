using System.Diagnostics;
using System.Globalization;

namespace Platform.TestKit;

/// <summary>A web application as a process of its own, so that there can be several of it and one can be killed or paused.</summary>
public sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private Replica(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address };
    }

    /// <summary>Talks to it.</summary>
    public HttpClient Client { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a built application and waits until <c>/alive</c> answers.</summary>
    /// <param name="assembly">The path of its <c>.dll</c>: <c>typeof(SomethingInIt).Assembly.Location</c> of a referenced project.</param>
    /// <param name="settings">Configuration, such as <c>ConnectionStrings:redis</c>.</param>
    public static async Task<Replica> StartAsync(string assembly, params IEnumerable<(string Name, string Value)> settings)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{RedisServer.FreePort()}"));
        string[] arguments = ["exec", assembly, $"--urls={address}", .. settings.Select(setting => $"--{setting.Name}={setting.Value}")];
        var process = await ChildProcess.StartAsync("dotnet", arguments, Path.GetDirectoryName(assembly)!);
        var replica = new Replica(process, address);
        try
        {
            await Eventually.TrueAsync(replica.AnsweredOrEndedAsync, StartTimeout, "the replica answers");
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The replica ended with code {process.ExitCode} before it answered.");
            }
        }
        catch
        {
            await replica.DisposeAsync();
            throw;
        }

        return replica;
    }

    /// <summary><c>kill -9</c>.</summary>
    public void Kill() => RunningProcess.Kill(ProcessId);

    /// <summary>SIGSTOP: it keeps its connections and does nothing.</summary>
    public void Pause() => Signals.Send(ProcessId, Signals.Stop);

    /// <summary>SIGCONT.</summary>
    public void Continue() => Signals.Send(ProcessId, Signals.Continue);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> AnsweredOrEndedAsync()
    {
        if (_process.HasExited)
        {
            return true;
        }

        using var response = await Client.GetAsync(new Uri("/alive", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }
}
