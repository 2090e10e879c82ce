using System.Collections.Concurrent;
using Aspire.Hosting.Orchestration.Launching;
using Aspire.Hosting.Orchestration.Processes;
using Platform.TestKit;
using ChildProcess = Aspire.Hosting.Orchestration.Processes.ChildProcess;

namespace StandIns.Hosting.Tests.Publishing;

/// <summary>Publishing as a deployment tool does it: exit code and console.</summary>
public sealed class PublishCommandTests : IDisposable
{
    private static readonly string Assembly = ProjectOutput.Find(
        Path.Combine(Repository.Root, "tests", "StandIns.Hosting.Tests", "Orchestration", "MiniAppHost", "MiniAppHost.csproj"), appHost: null)
        ?? throw new InvalidOperationException("MiniAppHost is not built.");

    private readonly string _folder = Directory.CreateTempSubdirectory("publish-").FullName;
    private readonly ConcurrentQueue<OutputLine> _output = new();

    [Fact]
    public async Task Publish_SaysWhereInOneLine()
    {
        var file = Path.Combine(_folder, "manifest.json");

        Assert.Equal(0, await RunAsync("--publisher", "manifest", "--output-path", file, "--Container:store=example/store"));

        Assert.Equal($"Published manifest to: {file}", Assert.Single(_output).Text);
        Assert.Contains("example/store:1.0", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The publisher 'nope' is not known. Use '--publisher manifest'.", "--publisher", "nope", "--output-path", "x.json")]
    [InlineData("The step 'deploy' is not known. Use '--step publish-manifest'", "--operation", "publish", "--step", "deploy", "--output-path", "x.json")]
    [InlineData("Say where the manifest goes: '--output-path FILE.json', or a folder.", "--publisher", "manifest")]
    [InlineData("The manifest cannot be written to '/dev/null/x.json'", "--publisher", "manifest", "--output-path", "/dev/null/x.json")]
    [InlineData("A step is missing. Use '--step publish-manifest'", "--operation", "publish", "--output-path", "x.json")]
    public async Task Publish_AskedForWhatThereIsNot_FailsWithOneLine(string expected, params string[] arguments)
    {
        Assert.Equal(1, await RunAsync(arguments));

        var line = Assert.Single(_output);
        Assert.True(line.IsError);
        Assert.StartsWith($"error: {expected}", line.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<int> RunAsync(params string[] arguments)
    {
        await using var host = ChildProcess.Start(
            new ProcessSpec { FileName = DotNetHost.Path, Arguments = ["exec", Assembly, .. arguments], WorkingDirectory = _folder },
            _output.Enqueue);
        return await host.Exited.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
