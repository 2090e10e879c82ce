namespace Aspire.Hosting.Orchestration;

/// <summary>Names of what the orchestrator adds to a snapshot's properties.</summary>
internal static class OrchestrationProperties
{
    public const string ProcessId = "executable.pid";
    public const string ProgramPath = "executable.path";
    public const string WorkingDirectory = "executable.workDir";
    public const string Arguments = "executable.args";
    public const string ProjectPath = "project.path";
    public const string ContainerImage = "container.image";
    public const string Restarts = "resource.restarts";
    public const string Problem = "resource.problem";
}
