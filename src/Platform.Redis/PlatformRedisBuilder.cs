using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Redis.Keys;

namespace Platform.Redis;

internal sealed class PlatformRedisBuilder(IHostApplicationBuilder hostBuilder, string connectionName, KeyRegistry registry) : IPlatformRedisBuilder
{
    public IHostApplicationBuilder HostBuilder { get; } = hostBuilder;

    public IServiceCollection Services => HostBuilder.Services;

    public string ConnectionName { get; } = connectionName;

    public KeyRegistry Registry { get; } = registry;
}
