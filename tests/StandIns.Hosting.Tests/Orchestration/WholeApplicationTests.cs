using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Processes;
using Platform.TestKit;
using ProgramPath = Aspire.Hosting.Orchestration.Processes.ProgramPath;

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
        await SaysAsync("All resources are healthy");

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
    public async Task Interrupt_WhileOneWaitsForAnother_IsNoFailure()
    {
        await using var host = Start("--Run:base=sleep 600", "--Sick:base=Never well.", "--Run:web=sleep 600", "--After:web=base");
        await SaysAsync("waits for base");

        await SignalAsync("INT", host.Id);

        Assert.Equal(0, await host.Exited.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.DoesNotContain(_output, line => line.IsError || line.Text.Contains("FAILED", StringComparison.Ordinal));
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

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Container_WithAnEngineThatAnswers_RunsInItAndIsRemoved()
    {
        var engine = Path.Combine(_pids, "docker");
        await File.WriteAllTextAsync(
            engine,
            $"""
            #!/bin/sh
            echo "$@" >> {_pids}/calls
            [ "$1" = run ] || exit 0
            echo "secret is $SECRET" >> {_pids}/environment
            exec sleep 600
            """);
        File.SetUnixFileMode(engine, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var host = StartWith($"{_pids}:/usr/bin:/bin", "--Container:store=example/store");
        await SaysAsync("All resources are healthy");

        await SignalAsync("INT", host.Id);
        await host.Exited.WaitAsync(Patience);

        var calls = await File.ReadAllLinesAsync(Path.Combine(_pids, "calls"));
        Assert.StartsWith("version", calls[0], StringComparison.Ordinal);
        Assert.Matches(
            "^run --rm --init --name store-[a-z]{8} --publish 127.0.0.1:[0-9]+:6000/tcp --volume a-volume:/data --env SECRET --entrypoint /entry example/store:1.0 --flag$",
            calls[1]);
        Assert.Matches("^rm --force store-[a-z]{8}$", calls[2]);
        Assert.Equal("secret is unspoken", (await File.ReadAllTextAsync(Path.Combine(_pids, "environment"))).Trim());
    }

    [Fact]
    public async Task Container_WithoutAnEngine_EndsWithTheRemedy()
    {
        File.CreateSymbolicLink(Path.Combine(_pids, "setsid"), ProgramPath.Find("setsid")!);
        await using var host = StartWith(_pids, "--Container:store=example/store");

        Assert.Equal(1, await host.Exited.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(
            "error: Resource 'store' is a container, and no container engine answers on this machine. Start Docker or Podman.",
            Assert.Single(_output, line => line.IsError).Text);
    }

    public void Dispose() => Directory.Delete(_pids, recursive: true);

    private ChildProcess Start(params string[] arguments) => StartWith(Environment.GetEnvironmentVariable("PATH")!, arguments);

    private ChildProcess StartWith(string path, params string[] arguments) => ChildProcess.Start(
        new ProcessSpec
        {
            FileName = DotNetHost.Path,
            Arguments = ["exec", Assembly, .. arguments],
            Environment = new Dictionary<string, string> { ["PATH"] = path },
        },
        _output.Enqueue);

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
