using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;
using Platform.ServiceDefaults.PersonalData;

namespace PrivacyService.Vault;

internal static class VaultExtensions
{
    public static void AddVault(this IServiceCollection services)
    {
        services.AddSingleton<PrivacyKeys>();
        services.AddSingleton(provider => MasterKeys.DeriveFrom(provider.GetRequiredService<IOptions<SealingOptions>>().Value.Key!));
        services.AddSingleton<SubjectKeys>();
        services.AddSingleton<PseudonymVault>();
        services.AddSingleton<VaultWriter>();
        services.AddSingleton<VaultExport>();
        services.AddScoped<VaultPersonalData>();
        services.AddPersonalData<VaultPersonalData>();
    }
}
