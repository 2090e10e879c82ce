using Microsoft.Extensions.Caching.Hybrid;
using Platform.Redis.Caching;
using Platform.Redis;

namespace Platform.RedisApp.Documentation;

internal static class Cache
{
    public static void Add(WebApplicationBuilder builder, WebApplication app)
    {
        // <docs:cache 1>
        builder.AddPlatformRedis("redis", ShopKeys.Registry)
            .AddSealing()
            .AddCaching(options =>
            {
                options.Namespaces["prices"] = new() { Expiration = TimeSpan.FromMinutes(10), StaleFor = TimeSpan.FromHours(1), EagerRefresh = 0.8 };
                options.Namespaces["people"] = new() { Sensitive = true };
            });

        app.MapGet("/v1/prices/{id}", (string id, HybridCache cache, PriceStore prices, CancellationToken cancellationToken) =>
            cache.GetOrCreateAsync(
                $"prices:{id}", (prices, id), static (state, cancel) => state.prices.ReadAsync(state.id, cancel), tags: ["shop"],
                cancellationToken: cancellationToken));

        app.MapCacheStats().RequireAuthorization("admin");
        // </docs>
    }

    public static void Map(WebApplication app)
    {
        // <docs:cache 2>
        app.MapCachedGet("/v1/prices", "prices:all", static async (services, cancel) =>
            CachedContentHttpResult.Json(await services.GetRequiredService<PriceStore>().ReadAllAsync(cancel))).AllowAnonymous();
        // </docs>
    }
}
