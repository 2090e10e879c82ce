using Microsoft.Extensions.Options;

namespace PrivacyService.Pseudonyms;

internal static class PseudonymsExtensions
{
    public static void AddPseudonyms(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<PseudonymOptions>, PseudonymOptionsValidator>();
        services.AddOptions<PseudonymOptions>().BindConfiguration(PseudonymOptions.SectionName).ValidateOnStart();
        services.AddSingleton<PrivacyMetrics>();
        services.AddSingleton<CallerAccess>();
        services.AddSingleton<PseudonymRulesBuilder>();
        services.AddSingleton<Pseudonymizer>();
        services.AddSingleton<Repersonalizer>();
    }
}
