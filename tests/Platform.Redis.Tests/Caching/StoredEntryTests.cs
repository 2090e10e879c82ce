using System.Text;
using Microsoft.Extensions.Caching.Hybrid;
using Platform.Redis.Caching;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Caching;

/// <summary>What stands in Redis, and what becomes of what should not.</summary>
public sealed class StoredEntryTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Secret = "a secret of the person";

    private static readonly HybridCacheEntryOptions RedisOnly = new() { Flags = HybridCacheEntryFlags.DisableLocalCache };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IDatabase Database => redis.GetDatabase();

    [Fact]
    public async Task OtherType_AtRest_IsComputedAnewByWhoeverReadsIt()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a:1", new Before("Ada", 1), cancellationToken: Stop);

        Assert.Equal(new After("Ada", "1"), await host.Cache.GetOrCreateAsync(
            "a:1", _ => ValueTask.FromResult(new After("Ada", "1")), RedisOnly, cancellationToken: Stop));
        Assert.Equal(new After("Ada", "1"), await host.Cache.GetOrCreateAsync<After>(
            "a:1", _ => throw new InvalidOperationException("computed again"), RedisOnly, cancellationToken: Stop));
        Assert.Equal(2, await host.Cache.GetOrCreateAsync("a:1", _ => ValueTask.FromResult(2), cancellationToken: Stop));
    }

    [Fact]
    public async Task OldAndNewInstances_WithTwoShapesOfOneKey_ComputeItOnceEachWhileItIsFresh_AndARemovalEndsBoth()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var old = await CacheHost.StartAsync(redis.ConnectionString, prefix);
        await using var later = await CacheHost.StartAsync(redis.ConnectionString, prefix);
        var computed = new int[2];

        async Task ReadBothAsync()
        {
            Assert.Equal(new Before("Ada", 1), await old.Cache.GetOrCreateAsync("a:1", _ => Computed(0, new Before("Ada", 1)), cancellationToken: Stop));
            Assert.Equal(new After("Ada", "1"), await later.Cache.GetOrCreateAsync("a:1", _ => Computed(1, new After("Ada", "1")), cancellationToken: Stop));
        }

        ValueTask<T> Computed<T>(int by, T value)
        {
            computed[by]++;
            return ValueTask.FromResult(value);
        }

        for (var i = 0; i < 20; i++)
        {
            await ReadBothAsync();
        }

        Assert.Equal([1, 1], computed);

        // Whichever of them stands in Redis.
        await old.Cache.RemoveAsync("a:1", Stop);
        Assert.False(await Database.KeyExistsAsync(await later.EntryKeyAsync("a:1")));
        await Eventually.TrueAsync(
            async () =>
            {
                await ReadBothAsync();
                return computed is [> 1, > 1];
            },
            TimeSpan.FromSeconds(5), "both compute again");
    }

    [Fact]
    public async Task OtherVersionOfTheNamespace_AtRest_IsMissing()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var old = await CacheHost.StartAsync(redis.ConnectionString, prefix);
        await using var later = await CacheHost.StartAsync(redis.ConnectionString, prefix, options => options.Default.Version = 2);
        await old.Cache.SetAsync("a:1", "old", cancellationToken: Stop);

        Assert.Equal("new", await HybridCacheTests.ReadAsync(later, or: "new"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(43)]
    [InlineData(50)]
    public async Task Truncated_AtRest_IsMissing(int length)
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a:1", new Before("Ada", 1), cancellationToken: Stop);
        var key = await host.EntryKeyAsync("a:1");
        var stored = (byte[])(await Database.StringGetAsync(key))!;
        await Database.StringSetAsync(key, stored[..length], TimeSpan.FromMinutes(1));

        await ReplacedAsync(host);
    }

    [Fact]
    public async Task Garbage_AtRest_IsMissing()
    {
        await using var host = await StartAsync();
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            var garbage = new byte[random.Next(1, 200)];
            random.NextBytes(garbage);
            garbage[0] = 1;
            await Database.StringSetAsync(await host.EntryKeyAsync("a:1"), garbage, TimeSpan.FromMinutes(1));
            await ReplacedAsync(host);
        }
    }

    [Fact]
    public async Task AnotherRedisType_AtRest_IsMissing()
    {
        await using var host = await StartAsync();
        var key = await host.EntryKeyAsync("a:1");
        await Database.HashSetAsync(key, "field", "value");
        await Database.KeyExpireAsync(key, TimeSpan.FromMinutes(1));

        await ReplacedAsync(host);
    }

    [Fact]
    public async Task Sensitive_InRedis_CannotBeReadNorMovedNorGuessed()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var host = await CacheHost.StartAsync(redis.ConnectionString, prefix, Sensitive);
        await host.Cache.SetAsync("people:ada@example.com", Secret, cancellationToken: Stop);
        await host.Cache.SetAsync("people:eve@example.com", "another", cancellationToken: Stop);
        var key = await host.EntryKeyAsync("people:ada@example.com");
        var stored = (byte[])(await Database.StringGetAsync(key))!;

        Assert.Equal(-1, stored.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
        // No word that hexadecimal digits could spell by chance.
        Assert.DoesNotContain("example", Encoding.ASCII.GetString(key), StringComparison.Ordinal);
        Assert.Equal(Secret, await host.Cache.GetOrCreateAsync("people:ada@example.com", _ => ValueTask.FromResult("computed"), RedisOnly, cancellationToken: Stop));

        await Database.StringSetAsync(await host.EntryKeyAsync("people:eve@example.com"), stored, TimeSpan.FromMinutes(1));
        Assert.Equal("computed", await host.Cache.GetOrCreateAsync(
            "people:eve@example.com", _ => ValueTask.FromResult("computed"), RedisOnly, cancellationToken: Stop));
    }

    [Fact]
    public async Task Sensitive_WithoutSealing_IsRefusedAtStart()
    {
        var (builder, _) = Support.TestHost.Builder(new() { ["ConnectionStrings:redis"] = redis.ConnectionString });
        builder.AddPlatformRedis("redis", Support.TestKeys.Registry).AddCaching(Sensitive);
        using var host = builder.Build();

        var refusal = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => host.StartAsync(Stop));

        Assert.Contains("AddSealing()", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_OfEveryKind_HasATimeToLive()
    {
        await using var host = await StartAsync();
        await host.Cache.SetAsync("a:1", "value", tags: ["red"], cancellationToken: Stop);

        var left = await Database.KeyTimeToLiveAsync(await host.EntryKeyAsync("a:1"));

        Assert.InRange(left!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    private static void Sensitive(CachingOptions options) => options.Namespaces["people"] = new CacheNamespaceOptions { Sensitive = true };

    private static async Task ReplacedAsync(CacheHost host)
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(new Before("Eve", 2), await host.Cache.GetOrCreateAsync(
                "a:1", _ => ValueTask.FromResult(new Before("Eve", 2)), RedisOnly, cancellationToken: Stop));
        }

        Assert.Equal(new Before("Eve", 2), await host.Cache.GetOrCreateAsync<Before>(
            "a:1", _ => throw new InvalidOperationException("computed again"), RedisOnly, cancellationToken: Stop));
    }

    private Task<CacheHost> StartAsync() => CacheHost.StartAsync(redis.ConnectionString, RedisFixture.NewPrefix());

    private sealed record Before(string Name, int Number);

    private sealed record After(string Name, string Number);
}
