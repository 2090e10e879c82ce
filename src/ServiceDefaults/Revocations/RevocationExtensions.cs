using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Redis.Guarantees;

namespace Platform.ServiceDefaults.Revocations;

internal static class RevocationExtensions
{
    public static void AddRevocationList(this IServiceCollection services)
    {
        services.TryAddSingleton<IRevocationSource, HttpRevocationSource>();
        services.AddSingleton<RevocationList>();
        services.AddSingleton<ICapability, RevocationCapability>();
        services.AddHostedService<RevocationFollower>();
    }
}
