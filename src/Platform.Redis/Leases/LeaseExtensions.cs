using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Redis.Guarantees;
using Platform.Redis.Leases;

namespace Platform.Redis;

/// <summary>Adds leases.</summary>
public static class LeaseExtensions
{
    /// <summary>
    /// Adds <see cref="ILeases"/> and <see cref="FencedRecords"/>. Options come from the section <c>Leases</c> and are validated when the
    /// application starts.
    /// </summary>
    /// <param name="builder">What <c>AddPlatformRedis</c> returned.</param>
    /// <param name="configure">Changes options after the configuration was read.</param>
    public static IPlatformRedisBuilder AddLeases(this IPlatformRedisBuilder builder, Action<LeaseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptionsOfSection(LeaseOptions.SectionName, configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeaseOptions>, LeaseOptionsValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ICapability, LeaseCapability>());
        builder.Services.TryAddSingleton(services => new LeaseMetrics(services.GetRequiredService<IMeterFactory>()));
        builder.Services.TryAddSingleton<ILeases, RedisLeases>();
        builder.Services.TryAddSingleton(services => new FencedRecords(services.GetRequiredService<RedisStore>()));
        return builder;
    }
}
