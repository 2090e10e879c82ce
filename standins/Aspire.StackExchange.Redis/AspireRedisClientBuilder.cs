using Microsoft.Extensions.Hosting;

namespace Aspire.StackExchange.Redis;

/// <summary>Adds to a Redis client.</summary>
/// <param name="hostBuilder">The host's builder.</param>
/// <param name="settings">The client's settings.</param>
/// <param name="serviceKey">The client's key, where it has one.</param>
public sealed class AspireRedisClientBuilder(IHostApplicationBuilder hostBuilder, StackExchangeRedisSettings settings, string? serviceKey)
{
    /// <summary>Gets the host's builder.</summary>
    public IHostApplicationBuilder HostBuilder { get; } = hostBuilder ?? throw new ArgumentNullException(nameof(hostBuilder));

    /// <summary>Gets the client's settings.</summary>
    public StackExchangeRedisSettings Settings { get; } = settings;

    /// <summary>Gets the client's key, where it has one.</summary>
    public string? ServiceKey { get; } = serviceKey;
}
