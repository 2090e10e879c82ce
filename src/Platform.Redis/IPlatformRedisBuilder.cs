using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Platform.Redis;

/// <summary>What <see cref="PlatformRedisExtensions.AddPlatformRedis"/> returns; capabilities chain on it.</summary>
public interface IPlatformRedisBuilder
{
    /// <summary>The application that Redis was added to.</summary>
    IHostApplicationBuilder HostBuilder { get; }

    /// <summary>The services of that application.</summary>
    IServiceCollection Services { get; }
}
