using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Caching;
using Platform.Redis.Tests.Support;

namespace Platform.Redis.Tests.Caching;

/// <summary>A service with the cache; several on one prefix are replicas.</summary>
internal sealed class CacheHost : IAsyncDisposable
{
    private readonly TestHost _host;

    private CacheHost(TestHost host) => _host = host;

    public TestHost Host => _host;

    public HybridCache Cache => _host.Services.GetRequiredService<HybridCache>();

    public CacheNamespaces Namespaces => _host.Services.GetRequiredService<CacheNamespaces>();

    public MemoryTier Memory => _host.Services.GetRequiredService<MemoryTier>();

    public CacheClock Clock => _host.Services.GetRequiredService<CacheClock>();

    public RedisTier Redis => _host.Services.GetRequiredService<RedisTier>();

    public static async Task<CacheHost> StartAsync(
        string connectionString, string prefix, Action<CachingOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        new(await TestHost.StartAsync(connectionString, options => options.KeyPrefix = prefix, build: builder =>
        {
            builder.Configuration["Sealing:Key"] = "0123456789abcdef0123456789abcdef0123456789abcdef";
            services?.Invoke(builder.Services);
            builder.AddPlatformRedis("redis", TestKeys.Registry).AddSealing().AddCaching(configure);
        }));

    /// <summary>Where a value stands in Redis.</summary>
    public async Task<byte[]> EntryKeyAsync(string key)
    {
        return (await Redis.KeyingAsync(Space(key), CancellationToken.None)).EntryKey(key);
    }

    public CacheNamespace Space(string key = "a:1") => _host.Services.GetRequiredService<CacheNamespaceTable>().Of(key);

    public CacheNamespaceStatistics Statistics(string space = CacheNamespaces.Other) =>
        Namespaces.GetStatistics().Namespaces.Single(one => one.Name == space);

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
