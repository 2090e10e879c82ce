using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Platform.Benchmarks.Redis.Harness;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Benchmarks.Redis.Scenarios;

/// <summary>What is cached: some 330 bytes of JSON.</summary>
internal sealed record Profile(
    string Id, string Name, string Email, string[] Roles, DateTimeOffset CreatedAt, int Logins, bool Active, string Note)
{
    public static Profile Of(int number) => new(
        $"usr_{number:x16}", "Ada Lovelace", "ada@example.com", ["reader", "writer", "admin"], DateTimeOffset.UnixEpoch.AddDays(number), number, true,
        "The Analytical Engine weaves algebraical patterns just as the Jacquard loom weaves flowers and leaves.");
}

/// <summary>A hit in memory beside <see cref="IMemoryCache"/>: one caller, a thousand keys.</summary>
internal sealed class CacheMemoryScenario : Scenario
{
    private const int Keys = 1024;

    private static readonly HybridCacheEntryOptions Long = new() { Expiration = TimeSpan.FromHours(1) };

    public override string Name => "cache-memory";

    public override async Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench)
    {
        var services = await bench.StartAsync((_, redis) => redis.AddCaching());
        var cache = services.GetRequiredService<HybridCache>();
        var floor = new MemoryCache(new MemoryCacheOptions());
        var keys = Enumerable.Range(0, Keys).Select(number => $"profiles:usr_{number:x16}").ToArray();
        foreach (var key in keys)
        {
            floor.Set(key, key, TimeSpan.FromHours(1));
            await cache.GetOrCreateAsync(key, key, static (value, _) => ValueTask.FromResult(value), Long);
        }

        return
        [
            Candidate.Single("IMemoryCache.TryGetValue", count =>
            {
                for (var i = 0; i < count; i++)
                {
                    if (!floor.TryGetValue(keys[i & (Keys - 1)], out string? _))
                    {
                        throw new InvalidOperationException("A key is missing.");
                    }
                }
            }),
            Candidate.Single(
                "HybridCache",
                count =>
                {
                    for (var i = 0; i < count; i++)
                    {
                        var read = cache.GetOrCreateAsync<int, string>(keys[i & (Keys - 1)], 0, static (_, _) => throw new InvalidOperationException());
                        if (!read.IsCompletedSuccessfully)
                        {
                            throw new InvalidOperationException("Not in memory.");
                        }

                        read.GetAwaiter().GetResult();
                    }
                },
                new Goal(0.4) { Bytes = 0 }),
        ];
    }
}

/// <summary>A hit in Redis beside StringGet and the same deserialiser.</summary>
internal sealed class CacheRedisScenario : Scenario
{
    private const int Keys = 1000;

    private static readonly HybridCacheEntryOptions RedisOnly = new() { Expiration = TimeSpan.FromHours(1), Flags = HybridCacheEntryFlags.DisableLocalCache };

    public override string Name => "cache-redis";

    public override async Task<IReadOnlyList<Candidate>> PrepareAsync(Bench bench)
    {
        var services = await bench.StartAsync((_, redis) => redis.AddCaching());
        var cache = services.GetRequiredService<HybridCache>();
        var raw = bench.Raw;
        var keys = Enumerable.Range(0, Keys).Select(number => $"profiles:usr_{number:x16}").ToArray();
        for (var i = 0; i < Keys; i++)
        {
            await raw.StringSetAsync("bench:" + keys[i], JsonSerializer.SerializeToUtf8Bytes(Profile.Of(i), JsonSerializerOptions.Web), TimeSpan.FromHours(1));
            await cache.GetOrCreateAsync(keys[i], i, static (number, _) => ValueTask.FromResult(Profile.Of(number)), RedisOnly);
        }

        var rawKeys = Array.ConvertAll(keys, key => (RedisKey)("bench:" + key));
        return
        [
            Candidate.Concurrent("StringGet + deserialise", async number =>
            {
                var stored = await raw.StringGetAsync(rawKeys[number % Keys]);
                _ = JsonSerializer.Deserialize<Profile>(((ReadOnlyMemory<byte>)stored).Span, JsonSerializerOptions.Web);
            }),
            Candidate.Concurrent(
                "HybridCache",
                async number => await cache.GetOrCreateAsync<int, Profile>(
                    keys[number % Keys], 0, static (_, _) => throw new InvalidOperationException("Not in Redis."), RedisOnly),
                new Goal(0.92) { Commands = 1, Sent = 1 }),
        ];
    }
}
