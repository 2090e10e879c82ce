using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

public sealed class ExecutableTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task AddExecutable_ArgumentsOfAnyKind_AreResolvedInOrder()
    {
        var builder = _workspace.CreateBuilder("--Parameters:level=debug");
        var level = builder.AddParameter("level");
        var web = builder.AddContainer("web", "nginx").WithHttpEndpoint(port: 7777, targetPort: 80);
        var tool = builder.AddExecutable("tool", "python3", "tools", "worker.py", level, web.GetEndpoint("http"), 5, true)
            .WithArgs("--text", "a b")
            .WithArgs(context => context.Args.Insert(0, "-u"))
            .WithHttpEndpoint(name: "api", env: "PORT");
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Equal(["-u", "worker.py", "debug", "http://localhost:7777", "5", "true", "--text", "a b"], await evaluation.ArgumentsAsync(tool));
        Assert.Equal("50001", await evaluation.VariableAsync(tool, "PORT"));
    }

    [Fact]
    public async Task AddExecutable_NoArguments_HasNone()
    {
        var builder = _workspace.CreateBuilder();
        var tool = builder.AddExecutable("tool", "ls", ".");
        var words = builder.AddExecutable("words", "ls", ".", "-l", "-a");
        await using var evaluation = await Evaluation.OfAsync(builder);

        Assert.Empty(await evaluation.ArgumentsAsync(tool));
        Assert.Equal(["-l", "-a"], await evaluation.ArgumentsAsync(words));
    }

    [Fact]
    public void WithCommandAndWorkingDirectory_ReplaceTheFirstOnes()
    {
        var tool = _workspace.CreateBuilder().AddExecutable("tool", "python3", "tools").WithCommand("python3.13").WithWorkingDirectory("../other");

        Assert.Equal("python3.13", tool.Resource.Command);
        Assert.Equal(Path.GetFullPath(Path.Combine(_workspace.AppHost, "..", "other")), tool.Resource.WorkingDirectory);
    }

    [Fact]
    public async Task Argument_OfAnUnknownKind_NamesTheResource()
    {
        var builder = _workspace.CreateBuilder();
        var tool = builder.AddExecutable("tool", "ls", ".", new object());
        await using var evaluation = await Evaluation.OfAsync(builder);

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => evaluation.ArgumentsAsync(tool));

        Assert.Contains("'tool'", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();
}
