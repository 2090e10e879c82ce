namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// What of the AppHost's own environment its children must not see: its secrets, its hosting settings (a service's environment name
/// comes from the service's own launch profile) and what its build or test runner put there.
/// </summary>
internal static class InheritedEnvironment
{
    private static readonly string[] Prefixes =
    [
        "ASPNETCORE_", "ASPIRE_", "DOTNET_DASHBOARD_", "Parameters__", "ConnectionStrings__", "AppHost__", "DcpPublisher__",
        "MSBUILD", "VSTEST_", "XUNIT_", "TESTINGPLATFORM_",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "DOTNET_URLS", "URLS", "HTTP_PORTS", "HTTPS_PORTS", "DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE",
        "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "DOTNET_CLI_TELEMETRY_SESSIONID",
    };

    public static void Trim(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsOwn).ToArray())
        {
            environment.Remove(name);
        }
    }

    private static bool IsOwn(string name) =>
        Names.Contains(name) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
