using Microsoft.Extensions.Options;
using Platform.Redis;

namespace PrivacyService.Gateway;

internal static class GatewayExtensions
{
    public static void AddGateway(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddOptions<GatewayOptions>()
            // A mode that is misspelt and passed over would mask what was to be blocked.
            .BindConfiguration(GatewayOptions.SectionName, static binding => binding.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        services.AddHttpForwarder();
        services.AddSingleton<HeadScanner>();
        services.AddSingleton<RequestMasking>();
        services.AddSingleton<GatewayServices>();
        services.AddRefusingCapability("gateway", "Nothing is forwarded: 503 with Retry-After, and not one byte reaches an upstream.");
    }
}
