using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Trace;

namespace Aspire.StackExchange.Redis.Tracing;

internal static class RedisTracing
{
    public static void AddRedisTracing(this IServiceCollection services)
    {
        if (services.Any(static descriptor => descriptor.ServiceType == typeof(RedisInstrumentation)))
        {
            return;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static provider => new RedisInstrumentation(
            RedisSpanAttributes.From(provider.GetService<IConfiguration>()), provider.GetRequiredService<TimeProvider>()));
        services.AddOpenTelemetry().WithTracing(static tracing => tracing
            .AddSource(RedisInstrumentation.ActivitySourceName)
            .AddInstrumentation(static provider => provider.GetRequiredService<RedisInstrumentation>()));
    }
}
