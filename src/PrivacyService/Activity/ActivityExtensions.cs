using Platform.ServiceDefaults.PersonalData;

namespace PrivacyService.Activity;

internal static class ActivityExtensions
{
    public static void AddActivity(this IServiceCollection services)
    {
        services.AddScoped<CallActivity>();
        services.AddSingleton<ActivityQueue>();
        services.AddSingleton<ActivityStore>();
        services.AddSingleton<ActivityEvents>();
        services.AddSingleton<StatisticsReader>();
        services.AddHostedService<ActivityWriter>();
        services.AddPersonalData<ActivityPersonalData>();
    }

    /// <summary>Records calls of the endpoint; it tells more of them through <see cref="CallActivity"/>.</summary>
    public static RouteHandlerBuilder RecordsActivity(this RouteHandlerBuilder endpoint, ActivityKind kind) => endpoint.AddEndpointFilter(new ActivityFilter(kind));
}
