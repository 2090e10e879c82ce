using System.Text.Json;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Processes;
using Platform.TestKit;
using ChildProcess = Aspire.Hosting.Orchestration.Processes.ChildProcess;

namespace StandIns.Hosting.Tests.Testing;

/// <summary>A secret that the model generates, in AppHosts run by a user with a home of their own.</summary>
public sealed class GeneratedSecretTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Assembly = ProjectOutput.Find(
        Path.Combine(Repository.Root, "tests", "StandIns.Hosting.Tests", "Testing", "TestedAppHost", "TestedAppHost.csproj"), appHost: null)
        ?? throw new InvalidOperationException("TestedAppHost is not built.");

    private readonly string _home = Directory.CreateTempSubdirectory("home-").FullName;

    [Fact]
    public async Task Secret_OfTwoRunsAtOnceAndALaterOne_IsTheSameAndKept()
    {
        var together = await Task.WhenAll(RunAsync("one"), RunAsync("two"));
        var later = await RunAsync("three");

        Assert.Matches("^[a-zA-Z0-9]{32}$", later);
        Assert.Equal([later, later], together);
        var file = Path.Combine(_home, ".microsoft", "usersecrets", "tested-apphost", "secrets.json");
        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(KeyValuePair.Create("Parameters:redis-password", later), Assert.Single(secrets!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Secret_GivenByTheEnvironment_IsUsedAndNotKept()
    {
        Assert.Equal("given", await RunAsync("one", ("Parameters__redis_password", "given")));

        Assert.False(Directory.Exists(Path.Combine(_home, ".microsoft")));
    }

    [Fact]
    public async Task Secret_InATest_IsNotKept()
    {
        Assert.Matches("^[a-zA-Z0-9]{32}$", await RunAsync("one", ("DcpPublisher__WaitForResourceCleanup", "true")));

        Assert.False(Directory.Exists(Path.Combine(_home, ".microsoft")));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>The secret as a resource of the application gets it.</summary>
    private async Task<string> RunAsync(string name, params (string Name, string Value)[] variables)
    {
        var note = Path.Combine(_home, name);
        var environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        environment["HOME"] = _home;
        await using var host = ChildProcess.Start(
            new ProcessSpec { FileName = DotNetHost.Path, Arguments = ["exec", Assembly, "--Only=nothing", $"--Note={note}"], Environment = environment },
            _ => { });
        await Eventually.TrueAsync(() => File.Exists(note), Patience, $"{name} has its secret");
        await host.StopAsync(TimeSpan.FromSeconds(10));
        return await File.ReadAllTextAsync(note, TestContext.Current.CancellationToken);
    }
}
