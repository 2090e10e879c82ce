using System.Collections.Concurrent;
using System.Diagnostics;
using Aspire.Hosting.Orchestration.Processes;
using Platform.TestKit;

namespace StandIns.Hosting.Tests.Orchestration;

public class ChildProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<OutputLine> _output = new();

    [Fact]
    public async Task Start_ProgramThatWrites_GivesEachLineFromItsStream()
    {
        await using var process = Shell("echo one; echo two >&2; printf three");

        Assert.Equal(0, await process.Exited.WaitAsync(Patience));
        Assert.Equal([("one", false), ("three", false), ("two", true)], _output.Select(line => (line.Text, line.IsError)).Order());
    }

    [Fact]
    public async Task Start_LineWithoutEnd_IsCutAtItsBound()
    {
        await using var process = Shell("head -c 1000000 /dev/zero | tr '\\0' 'x'; echo; echo after");

        await process.Exited.WaitAsync(Patience);
        var lines = _output.ToArray();
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(new string('x', OutputReader.MaxLineLength) + " … (", lines[0].Text);
        Assert.Equal("after", lines[1].Text);
    }

    [Fact]
    public async Task Start_StandardInput_IsGivenAndClosed()
    {
        await using var process = ChildProcess.Start(new ProcessSpec { FileName = "cat", StandardInput = "a secret\n" }, _output.Enqueue);

        Assert.Equal(0, await process.Exited.WaitAsync(Patience));
        Assert.Equal("a secret", Assert.Single(_output).Text);
    }

    [Fact]
    public async Task Start_OnUnix_LeadsAGroupOfItsOwn()
    {
        await using var process = Shell("ps -o pgid= -p $$ || cut -d' ' -f5 /proc/$$/stat");

        await process.Exited.WaitAsync(Patience);
        Assert.Equal(process.Id.ToString(), Assert.Single(_output).Text.Trim());
    }

    [Theory]
    [InlineData("no-such-program-anywhere", null, "no-such-program-anywhere")]
    [InlineData("sh", "/no/such/directory", "/no/such/directory")]
    public void Start_WhatIsNotThere_IsNamed(string program, string? directory, string named)
    {
        var exception = Assert.Throws<ProcessStartException>(
            () => ChildProcess.Start(new ProcessSpec { FileName = program, WorkingDirectory = directory }, _output.Enqueue));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_ProgramThatListens_EndsInOrder()
    {
        await using var process = Shell("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        await WaitForAsync("ready");

        await process.StopAsync(Patience).WaitAsync(Patience);

        Assert.Equal(7, await process.Exited);
        Assert.Contains(_output, line => line.Text == "bye");
    }

    [Fact]
    public async Task StopAsync_ProgramThatIgnoresIt_IsKilledWithItsDescendantsAfterTheGrace()
    {
        await using var process = Shell("trap '' TERM; (trap '' TERM; exec sleep 600) & echo $!; wait; while :; do sleep 1; done");
        var child = await FirstNumberAsync();
        var startedAt = Stopwatch.GetTimestamp();

        await process.StopAsync(TimeSpan.FromMilliseconds(300)).WaitAsync(Patience);

        Assert.Equal(137, await process.Exited);
        Assert.InRange(Stopwatch.GetElapsedTime(startedAt), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => !RunningProcess.IsAlive(child), Patience, "the descendant is gone");
    }

    [Fact]
    public async Task Exited_DescendantOutlivesTheProgram_IsEnded()
    {
        await using var process = Shell("sleep 600 & echo $!");
        var child = await FirstNumberAsync();

        await process.Exited.WaitAsync(Patience);

        await Eventually.TrueAsync(() => !RunningProcess.IsAlive(child), Patience, "nothing of the group is left");
    }

    [Fact]
    public void Trim_OfTheInheritedEnvironment_TakesSecretsAndHostSettingsOnly()
    {
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = "/bin",
            ["HOME"] = "/root",
            ["ConnectionStrings__redis"] = "localhost,password=secret",
            ["Parameters__redis-password"] = "secret",
            ["ASPNETCORE_URLS"] = "http://localhost:15000",
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["DOTNET_ROOT"] = "/usr/share/dotnet",
        };

        InheritedEnvironment.Trim(environment);

        Assert.Equal(["DOTNET_ROOT", "HOME", "PATH"], environment.Keys.Order());
    }

    private ChildProcess Shell(string script) =>
        ChildProcess.Start(new ProcessSpec { FileName = "/bin/sh", Arguments = ["-c", script] }, _output.Enqueue);

    private Task WaitForAsync(string text) => Eventually.TrueAsync(() => _output.Any(line => line.Text == text), Patience, $"it says '{text}'");

    private async Task<int> FirstNumberAsync()
    {
        await Eventually.TrueAsync(() => !_output.IsEmpty, Patience, "it says the process id of its child");
        return int.Parse(_output.First().Text);
    }
}
