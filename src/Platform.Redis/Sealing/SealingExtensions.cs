using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;

namespace Platform.Redis;

/// <summary>Adds sealed values.</summary>
public static class SealingExtensions
{
    /// <summary>Adds <see cref="SealerProvider"/>, keyed by <c>Sealing:Key</c>, which is validated when the application starts.</summary>
    public static IPlatformRedisBuilder AddSealing(this IPlatformRedisBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<SealingOptions>().BindConfiguration(SealingOptions.SectionName).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SealingOptions>, SealingOptionsValidator>());
        builder.Services.TryAddSingleton<SealerProvider>();
        return builder;
    }
}
