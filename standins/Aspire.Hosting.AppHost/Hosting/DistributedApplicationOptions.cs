using System.Reflection;

namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    private Assembly? _assembly;
    private bool _assemblyResolved;

    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The assembly of the AppHost, when it is not the entry assembly.</summary>
    public string? AssemblyName { get; set; }

    public bool DisableDashboard { get; set; }

    public string? ContainerRegistryOverride { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    /// <summary>Copies the resources' consoles into the AppHost's own log.</summary>
    public bool EnableResourceLogging { get; set; }

    public string? DashboardApplicationName { get; set; }

    /// <summary>The folder that relative paths of the model start from.</summary>
    public string? ProjectDirectory { get; set; }

    internal Assembly? Assembly
    {
        get
        {
            if (!_assemblyResolved)
            {
                _assembly = AssemblyName is null ? Assembly.GetEntryAssembly() : Assembly.Load(AssemblyName);
                _assemblyResolved = true;
            }

            return _assembly;
        }
    }

    internal string ResolveProjectDirectory() =>
        ProjectDirectory ?? Metadata("apphostprojectpath") ?? Directory.GetCurrentDirectory();

    internal string? ResolveProjectName() => Metadata("apphostprojectname");

    private string? Metadata(string key) => Assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
