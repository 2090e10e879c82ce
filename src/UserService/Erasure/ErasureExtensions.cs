using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.PersonalData;
using UserService.Audit;

namespace UserService.Erasure;

internal static class ErasureExtensions
{
    public static IServiceCollection AddErasure(this IServiceCollection services)
    {
        foreach (var service in ErasedServices.Others)
        {
            services.AddPeopleClient(service).AddServiceToken(Scopes.ErasePeople);
        }

        // The last of all, so that what is recorded while the others are at work goes too.
        services.AddPersonalData<AuditPersonalData>();
        services.AddSingleton<ErasureStore>();
        services.AddSingleton<ReceiptSigner>();
        services.AddScoped<ErasureRunner>();
        services.AddSingleton<ErasureWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ErasureWorker>());
        services.AddRefusingCapability("erasure", "Nobody is erased: 503 with Retry-After. What was begun goes on when Redis is back.");
        return services;
    }
}
