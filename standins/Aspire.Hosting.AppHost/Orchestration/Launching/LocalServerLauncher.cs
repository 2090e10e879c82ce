using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration.Launching;

internal sealed class LocalServerLauncher(LocalServerSession session) : ILauncher
{
    public Task<Launch> PrepareAsync(ResourceInstance instance, ResolvedConfiguration configuration, CancellationToken cancellationToken)
    {
        var process = session.Process;
        return Task.FromResult(new Launch(
            process,
            [
                new(OrchestrationProperties.ProgramPath, process.FileName),
                new(OrchestrationProperties.WorkingDirectory, process.WorkingDirectory),
                new(CustomResourceKnownProperties.Source, session.Source),
            ]));
    }

    public ValueTask DisposeAsync()
    {
        session.Files.Dispose();
        return ValueTask.CompletedTask;
    }
}
