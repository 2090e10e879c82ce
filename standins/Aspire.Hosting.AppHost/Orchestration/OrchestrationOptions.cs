using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration;

/// <summary>How this run differs from a developer's run at the console.</summary>
/// <param name="RandomizePorts">Proxied endpoints get a random port instead of theirs, so that several applications can run side by side.</param>
/// <param name="IsUnattended">Nobody watches the console, and nothing may stay behind: a test.</param>
internal sealed record OrchestrationOptions(bool RandomizePorts, bool IsUnattended)
{
    private const string CleanUpKey = "DcpPublisher:WaitForResourceCleanup";

    public static OrchestrationOptions From(IConfiguration configuration) => new(
        configuration.GetValue<bool>(AppHostConfiguration.RandomizePortsKey),
        configuration.GetValue<bool>(CleanUpKey));
}
