// <docs:PACKAGE 1>
using Microsoft.Extensions.Caching.Hybrid;
using Platform.Redis;
using Platform.Redis.Keys;
// </docs>

namespace Platform.RedisApp.Documentation.OfPackage;

internal static class Program
{
    public static void Run(string[] args)
    {
        // <docs:PACKAGE 1>
        var builder = WebApplication.CreateBuilder(args);
        builder.AddPlatformRedis("redis", ShopKeys.Registry)       // ConnectionStrings:redis, REDIS_URL or REDIS_HOST
            .AddCaching()                                          // HybridCache, each value computed once in the cluster
            .AddRateLimiting()                                     // policies of the section RateLimiting, shared by all instances
            .AddIdempotency()                                      // wants Sealing:Key, a random secret
            .AddLeases();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseRateLimiter();
        app.MapGuarantees();
        app.MapGet("/prices/{item}", (string item, HybridCache cache, CancellationToken cancellationToken) =>
            cache.GetOrCreateAsync($"prices:{item}", token => ValueTask.FromResult(item.Length), cancellationToken: cancellationToken));
        app.MapPost("/orders", (Order order) => TypedResults.Created("/orders/1", order)).WithIdempotency();
        app.Run();
        // </docs>
    }
}

// <docs:PACKAGE 1>
public sealed record Order(string Item);

public static class ShopKeys
{
    public static readonly KeyRegistry Registry = new("shop", "shop:");
}
// </docs>
