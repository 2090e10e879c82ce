using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Containers;

/// <summary>A container engine on this machine: not just its client program, but a server that answers it.</summary>
internal sealed record ContainerEngine(string Program)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);
    private static readonly string[] Engines = ["docker", "podman"];

    /// <summary>The first that answers, the preferred one first; null when none does.</summary>
    public static async Task<ContainerEngine?> FindAsync(string? preferred, CancellationToken cancellationToken)
    {
        foreach (var name in Engines.OrderBy(name => !string.Equals(name, preferred, StringComparison.OrdinalIgnoreCase)))
        {
            if (ProgramPath.Find(name) is not { } program)
            {
                continue;
            }

            // "version" asks the server too and fails without one; "info" succeeds.
            var asked = new ProcessSpec { FileName = program, Arguments = ["version", "--format", "{{.Server.Version}}"] };
            var answer = await ProgramRun.RunAsync(asked, AnswerTime, output: null, cancellationToken).ConfigureAwait(false);
            if (answer.Succeeded)
            {
                return new ContainerEngine(program);
            }
        }

        return null;
    }
}
