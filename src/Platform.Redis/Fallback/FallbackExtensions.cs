using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Redis.Fallback;

internal static class FallbackExtensions
{
    public static void AddMemoryFallbacks(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new FallbackMetrics(provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton(provider => new MemoryFallbacks(
            provider.GetRequiredService<RedisStore>(),
            provider.GetRequiredService<IOptions<RedisOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<FallbackMetrics>(),
            provider.GetRequiredService<ILogger<MemoryFallbacks>>()));
    }
}
