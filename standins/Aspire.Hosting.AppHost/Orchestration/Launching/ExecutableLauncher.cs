using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Launching;

internal sealed class ExecutableLauncher(ExecutableResource resource) : ILauncher
{
    public Task<Launch> PrepareAsync(ResourceInstance instance, ResolvedConfiguration configuration, CancellationToken cancellationToken)
    {
        var process = new ProcessSpec
        {
            FileName = resource.Command,
            Arguments = configuration.ArgumentValues(),
            WorkingDirectory = resource.WorkingDirectory,
            Environment = configuration.Variables(),
        };
        return Task.FromResult(new Launch(process, process.Describe(configuration)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
