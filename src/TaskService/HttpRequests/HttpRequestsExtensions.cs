using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Tasks.Handlers;
using TaskService.Tasks;

namespace TaskService.HttpRequests;

internal static class HttpRequestsExtensions
{
    /// <summary>A receiver may be away for hours; a call to it waits.</summary>
    private static readonly TaskTypeOptions Patient = new() { MaxAttempts = 50 };

    /// <summary>Tasks that call other systems.</summary>
    public static void AddHttpRequests(this IServiceCollection services)
    {
        services.AddOptions<HttpRequestsOptions>().BindConfiguration(HttpRequestsOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<IHostAddresses, SystemHostAddresses>();
        services.AddSingleton<PublicNetworks>();
        services.AddSingleton<GuardedConnections>();
        services.AddSingleton<HttpRequestCalls>();
        services.AddSingleton<HttpRequestTargets>();
        services.AddSingleton<ISubmitRule>(provider => provider.GetRequiredService<HttpRequestTargets>());
        services.AddTaskHandler<HttpRequestHandler, HttpRequestPayload>(HttpRequestHandler.Type, Patient);
    }
}
