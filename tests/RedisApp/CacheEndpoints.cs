using System.Globalization;
using Microsoft.Extensions.Caching.Hybrid;
using Platform.Redis;
using Platform.Redis.Caching;

namespace Platform.RedisApp;

internal static class CacheEndpoints
{
    private static int _computed;

    public static IPlatformRedisBuilder AddTestCache(this IPlatformRedisBuilder redis) =>
        redis.AddCaching(options => options.Namespaces["items"] = new CacheNamespaceOptions { Expiration = TimeSpan.FromMinutes(5) });

    public static void MapCacheEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapCacheStats().RequireAuthorization();

        // Many callers at once; how often this process computed, and the values that they got.
        routes.MapPost("/items/{id}/callers", async (string id, int count, int milliseconds, HybridCache cache, CancellationToken cancellationToken) =>
        {
            var before = Volatile.Read(ref _computed);
            var values = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(
                () => cache.GetOrCreateAsync(
                    "items:" + id, milliseconds, ComputeAsync, tags: ["all-items"], cancellationToken: cancellationToken).AsTask(),
                cancellationToken)));
            return new Callers(Volatile.Read(ref _computed) - before, [.. values.Distinct()]);
        });

        // The value, each time another where it is computed.
        routes.MapGet("/items/{id}", (string id, HybridCache cache, CancellationToken cancellationToken) =>
            cache.GetOrCreateAsync("items:" + id, 0, ComputeAsync, tags: ["all-items"], cancellationToken: cancellationToken));

        routes.MapDelete("/items/{id}", (string id, HybridCache cache, CancellationToken cancellationToken) =>
            cache.RemoveAsync("items:" + id, cancellationToken));

        routes.MapDelete("/tags/{tag}", (string tag, HybridCache cache, CancellationToken cancellationToken) =>
            cache.RemoveByTagAsync(tag, cancellationToken));
    }

    private static async ValueTask<string> ComputeAsync(int milliseconds, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _computed);
        await Task.Delay(milliseconds, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{number}");
    }

    internal sealed record Callers(int Computed, string[] Values);
}
