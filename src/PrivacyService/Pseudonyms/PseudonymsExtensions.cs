using Microsoft.Extensions.Options;
using Platform.Redis;
using PrivacyService.Restoring;

namespace PrivacyService.Pseudonyms;

internal static class PseudonymsExtensions
{
    public static void AddPseudonyms(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<PseudonymOptions>, PseudonymOptionsValidator>();
        services.AddOptions<PseudonymOptions>().BindConfiguration(PseudonymOptions.SectionName).ValidateOnStart();
        services.AddSingleton<PrivacyMetrics>();
        services.AddScoped<CallerAccess>();
        services.AddSingleton<PseudonymRulesBuilder>();
        services.AddSingleton<Pseudonymizer>();
        services.AddSingleton<Repersonalizer>();
        services.AddSingleton<RestoreTrail>();
        services.AddSingleton<RestoreGuard>();
        services.AddRefusingCapability(
            "pseudonymize", "Nothing is pseudonymised or restored: 503 with Retry-After, and no personal data leaves or is kept.");
    }
}
