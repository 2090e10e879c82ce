using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Processes;
using Platform.TestKit;

namespace StandIns.Hosting.Tests.Orchestration;

/// <summary>An AppHost in a process of its own, with everything that a terminal or a kill does to it.</summary>
public sealed class WholeApplicationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Assembly = ProjectOutput.Find(
        Path.Combine(Repository.Root, "tests", "StandIns.Hosting.Tests", "Orchestration", "MiniAppHost", "MiniAppHost.csproj"), appHost: null)
        ?? throw new InvalidOperationException("MiniAppHost is not built.");

    private readonly ConcurrentQueue<OutputLine> _output = new();
    private readonly string _pids = Directory.CreateTempSubdirectory("mini-apphost-").FullName;

    [Fact]
    public async Task Kill_OfTheAppHost_EndsItsChildrenAndTheirs()
    {
        await using var host = Start(
            $"--Run:one={Noting("one", $"sleep 600 & echo $! > {_pids}/grandchild; wait")}",
            $"--Run:two={Noting("two", "trap '' TERM; while :; do sleep 1; done")}");
        int[] children = [await PidAsync("one"), await PidAsync("two"), await PidAsync("grandchild")];

        RunningProcess.Kill(host.Id);

        await Eventually.TrueAsync(() => children.All(child => !RunningProcess.IsAlive(child)), Patience, "no child is left");
    }

    [Fact]
    public async Task Interrupt_OfTheAppHost_StopsEverythingWithinTenSeconds()
    {
        await using var host = Start(
            $"--Run:gentle={Noting("gentle", "trap 'exit 0' TERM; while :; do sleep 0.1; done")}",
            $"--Run:stubborn={Noting("stubborn", "trap '' TERM; while :; do sleep 1; done")}");
        int[] children = [await PidAsync("gentle"), await PidAsync("stubborn")];
        await SaysAsync("All resources are healthy");
        var startedAt = Stopwatch.GetTimestamp();

        await SignalAsync("INT", host.Id);
        var exitCode = await host.Exited.WaitAsync(Patience);

        Assert.Equal(0, exitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(startedAt), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.All(children, child => Assert.False(RunningProcess.IsAlive(child)));
    }

    [Fact]
    public async Task Start_PortIsTaken_EndsWithOneLineAndAnExitCode()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using var host = Start("--Run:web=sleep 600", $"--Port:web={port}");

        Assert.Equal(1, await host.Exited.WaitAsync(TimeSpan.FromSeconds(30)));

        var error = Assert.Single(_output, line => line.IsError).Text;
        Assert.StartsWith($"error: Resource 'web' cannot have port {port} for its endpoint 'tcp'.", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_output, line => line.Text.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WhatAllOthersWaitForCannotStart_EndsWithItsReasonAlone()
    {
        await using var host = Start(
            "--Run:base=sleep 600", "--Directory:base=/no/such/directory", "--Run:web=sleep 600", "--After:web=base", "--Run:worker=sleep 600", "--After:worker=web");

        Assert.Equal(1, await host.Exited.WaitAsync(TimeSpan.FromSeconds(30)));

        var error = Assert.Single(_output, line => line.IsError).Text;
        Assert.Equal("error: Resource 'base' cannot run. The working directory '/no/such/directory' does not exist.", error);
    }

    [Fact]
    public async Task Start_OneOfTwoCannotStart_TheOtherRunsOn()
    {
        await using var host = Start($"--Run:web={Noting("web", "sleep 600")}", "--Run:broken=true", "--Directory:broken=/no/such/directory");
        var web = await PidAsync("web");

        await SaysAsync("FAILED: The working directory '/no/such/directory' does not exist.");

        Assert.True(RunningProcess.IsAlive(web));
        Assert.False(host.Exited.IsCompleted);
    }

    [Fact]
    public async Task Console_OfACrash_SaysWhatHappenedInALineEach()
    {
        var marker = Path.Combine(_pids, "crashed");
        await using var host = Start($"--Run:flaky=if [ -e {marker} ]; then sleep 600; fi; touch {marker}; exit 9", "--Run:web=sleep 600", "--After:web=flaky");

        await SaysAsync("All resources are healthy");

        Assert.Contains(_output, line => line.Text.Contains("waits for flaky", StringComparison.Ordinal));
        Assert.Contains(_output, line => line.Text.Contains("It ended with code 9. It is started again.", StringComparison.Ordinal));
        Assert.Contains(_output, line => line.Text.Contains("Distributed application started. Press Ctrl+C to shut down.", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_pids, recursive: true);

    private ChildProcess Start(params string[] arguments) => ChildProcess.Start(
        new ProcessSpec { FileName = DotNetHost.Path, Arguments = ["exec", Assembly, .. arguments] }, _output.Enqueue);

    /// <summary>A script that first notes its process id under a name.</summary>
    private string Noting(string name, string script) => $"echo $$ > {_pids}/{name}; {script}";

    private async Task<int> PidAsync(string name)
    {
        var file = Path.Combine(_pids, name);
        var pid = 0;
        await Eventually.TrueAsync(() => File.Exists(file) && int.TryParse(File.ReadAllText(file), out pid), Patience, $"{name} runs");
        return pid;
    }

    private Task SaysAsync(string text) => Eventually.TrueAsync(
        () => _output.Any(line => line.Text.Contains(text, StringComparison.Ordinal)), Patience, $"the console says '{text}'");

    private static async Task SignalAsync(string signal, int process)
    {
        await using var kill = ChildProcess.Start(new ProcessSpec { FileName = "kill", Arguments = ["-s", signal, process.ToString()] }, _ => { });
        Assert.Equal(0, await kill.Exited);
    }
}
