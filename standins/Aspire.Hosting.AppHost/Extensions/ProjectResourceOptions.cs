namespace Aspire.Hosting;

/// <summary>How a project becomes a resource.</summary>
public class ProjectResourceOptions
{
    /// <summary>The launch profile to run with.</summary>
    public string? LaunchProfileName { get; set; }

    /// <summary>Takes no launch profile at all.</summary>
    public bool ExcludeLaunchProfile { get; set; }
}
