using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Lets a test stand between an AppHost's entry point and the application it builds.</summary>
internal static class AppHostInterception
{
    private static readonly AsyncLocal<IAppHostInterceptor?> _current = new();

    /// <summary>Flows with the entry point's execution, so that several may run in one process.</summary>
    public static IAppHostInterceptor? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }
}

internal interface IAppHostInterceptor
{
    void OnCreating(DistributedApplicationOptions options, HostApplicationBuilderSettings settings);

    void OnCreated(DistributedApplicationBuilder builder);

    /// <summary>Called instead of building; does not return normally when the entry point has to stop here.</summary>
    void OnBuilding(DistributedApplicationBuilder builder);
}
