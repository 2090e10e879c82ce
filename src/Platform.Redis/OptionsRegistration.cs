using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Redis;

internal static class OptionsRegistration
{
    /// <summary>
    /// The section first, and only once however often a capability is added; then what code changes, in the order of the calls. Validated
    /// when the application starts.
    /// </summary>
    public static void AddOptionsOfSection<TOptions>(this IServiceCollection services, string section, Action<TOptions>? configure)
        where TOptions : class
    {
        if (services.All(service => service.ServiceType != typeof(IOptionsChangeTokenSource<TOptions>)))
        {
            services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }
    }
}
