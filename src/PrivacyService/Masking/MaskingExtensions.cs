using Platform.Redis;

namespace PrivacyService.Masking;

internal static class MaskingExtensions
{
    public static void AddMasking(this IServiceCollection services)
    {
        services.AddSingleton<Masker>();
        services.AddSingleton<Unmasker>();
        services.AddSingleton<MaskServices>();
        services.AddRefusingCapability("mask", "Nothing is masked or turned back: 503 with Retry-After, and no identifier leaves or is kept.");
    }
}
