using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Launching;

internal sealed class ProjectLauncher(ProjectResource resource, Assembly? appHost) : ILauncher
{
    public Task<Launch> PrepareAsync(ResourceInstance instance, ResolvedConfiguration configuration, CancellationToken cancellationToken)
    {
        var path = resource.TryGetLastAnnotation<IProjectMetadata>(out var metadata)
            ? metadata.ProjectPath
            : throw new DistributedApplicationException($"Resource '{resource.Name}' names no project.");
        string[] command = ProjectOutput.Find(path, appHost) is { } assembly
            ? ["exec", assembly]
            : ["run", "--project", path, "--no-launch-profile"];
        var process = new ProcessSpec
        {
            FileName = DotNetHost.Path,
            Arguments = [.. command, .. command[0] == "run" && configuration.Arguments.Length > 0 ? ["--"] : (string[])[], .. configuration.ArgumentValues()],
            WorkingDirectory = Path.GetDirectoryName(path),
            Environment = configuration.Variables(),
        };
        return Task.FromResult(new Launch(
            process,
            [.. process.Describe(configuration), new(OrchestrationProperties.ProjectPath, path)]));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
