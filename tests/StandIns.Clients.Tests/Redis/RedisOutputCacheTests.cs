using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using StandIns.Clients.Tests.Support;

namespace StandIns.Clients.Tests.Redis;

public sealed class RedisOutputCacheTests(RedisFixture redis) : IClassFixture<RedisFixture>, IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _prefix = RedisFixture.NewPrefix("output");
    private IHost? _host;

    private IOutputCacheBufferStore Store => (IOutputCacheBufferStore)(_host ??= BuildHost()).Services.GetRequiredService<IOutputCacheStore>();

    public void Dispose()
    {
        var database = redis.GetDatabase();
        foreach (var name in new[] { "a", "b", "c", "big", "shared", "page" })
        {
            database.KeyDelete([$"__MSOCV_{_prefix}{name}", $"__MSOCT_{_prefix}{name}"]);
        }

        _host?.Dispose();
    }

    [Fact]
    public async Task SetAsync_ThenGetAsync_ReturnsTheValueUntilItExpires()
    {
        await Store.SetAsync(_prefix + "a", "hello"u8.ToArray(), tags: null, TimeSpan.FromMilliseconds(300), CancellationToken.None);

        Assert.Equal("hello"u8.ToArray(), await Store.GetAsync(_prefix + "a", CancellationToken.None));
        await Eventually.TrueAsync(
            async () => await Store.GetAsync(_prefix + "a", CancellationToken.None) is null, TimeSpan.FromSeconds(5), "the value expires");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task SetAsync_BufferOfManySegments_IsReadIntoAPipe(int tags)
    {
        var value = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(number => number.ToString())));
        await Store.SetAsync(_prefix + "big", Segments.Of(value, 4_096), Tags(tags), Minute, CancellationToken.None);

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        Assert.True(await Store.TryGetAsync(_prefix + "big", pipe.Writer, CancellationToken.None));
        await pipe.Writer.CompleteAsync();
        Assert.Equal(value, (await ReadAllAsync(pipe.Reader)).ToArray());
        Assert.False(await Store.TryGetAsync(_prefix + "nothing", pipe.Writer, CancellationToken.None));
    }

    [Fact]
    public async Task EvictByTagAsync_RemovesWhatCarriesTheTagAndNothingElse()
    {
        string[] both = [_prefix + "b", _prefix + "c"];
        await Store.SetAsync(_prefix + "a", [1], [_prefix + "b"], Minute, CancellationToken.None);
        await Store.SetAsync(_prefix + "b", [2], both, Minute, CancellationToken.None);
        await Store.SetAsync(_prefix + "c", [3], [_prefix + "c"], Minute, CancellationToken.None);

        await Store.EvictByTagAsync(_prefix + "b", CancellationToken.None);

        Assert.Null(await Store.GetAsync(_prefix + "a", CancellationToken.None));
        Assert.Null(await Store.GetAsync(_prefix + "b", CancellationToken.None));
        Assert.Equal([3], await Store.GetAsync(_prefix + "c", CancellationToken.None) ?? []);
        await Store.EvictByTagAsync(_prefix + "unknown", CancellationToken.None);
    }

    [Fact]
    public async Task SetAsync_WithTags_LeavesNothingThatLivesForEver()
    {
        var database = redis.GetDatabase();
        await Store.SetAsync(_prefix + "a", [1], [_prefix + "a"], TimeSpan.FromMinutes(5), CancellationToken.None);
        await Store.SetAsync(_prefix + "b", [1], [_prefix + "a"], Minute, CancellationToken.None);

        Assert.InRange(await database.KeyTimeToLiveAsync($"__MSOCV_{_prefix}b") ?? TimeSpan.MaxValue, TimeSpan.FromSeconds(30), Minute);
        Assert.InRange(
            await database.KeyTimeToLiveAsync($"__MSOCT_{_prefix}a") ?? TimeSpan.MaxValue, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task SetAsync_TagWithExpiredEntries_ForgetsThem()
    {
        var database = redis.GetDatabase();
        await Store.SetAsync(_prefix + "a", [1], [_prefix + "a"], TimeSpan.FromMilliseconds(1), CancellationToken.None);
        await Eventually.TrueAsync(async () => !await database.KeyExistsAsync($"__MSOCV_{_prefix}a"), TimeSpan.FromSeconds(5), "it expires");
        await Store.SetAsync(_prefix + "b", [1], [_prefix + "a"], Minute, CancellationToken.None);

        Assert.Equal([_prefix + "b"], (await database.SortedSetRangeByRankAsync($"__MSOCT_{_prefix}a")).Select(member => member.ToString()));
    }

    [Fact]
    public async Task EvictByTagAsync_MoreThanOneBatch_RemovesAll()
    {
        const int entries = 1_700;
        await Task.WhenAll(Enumerable.Range(0, entries).Select(number =>
            Store.SetAsync($"{_prefix}{number}", [1], [_prefix + "shared"], Minute, CancellationToken.None).AsTask()));

        await Store.EvictByTagAsync(_prefix + "shared", CancellationToken.None);

        var keys = Enumerable.Range(0, entries).Select(number => (RedisKey)$"__MSOCV_{_prefix}{number}").ToArray();
        Assert.Equal(0, await redis.GetDatabase().KeyExistsAsync(keys));
        Assert.False(await redis.GetDatabase().KeyExistsAsync($"__MSOCT_{_prefix}shared"));
    }

    [Fact]
    public async Task EvictByTagAsync_WhileOthersStore_NeverLeavesAValueThatItsTagDoesNotKnow()
    {
        const int keys = 20;
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var round = writer; !stop.IsCancellationRequested; round++)
            {
                await Store.SetAsync($"{_prefix}{round % keys}", [(byte)round], [_prefix + "shared"], Minute, CancellationToken.None);
            }
        })).ToArray();

        for (var round = 0; round < 200; round++)
        {
            await Store.EvictByTagAsync(_prefix + "shared", CancellationToken.None);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await Store.EvictByTagAsync(_prefix + "shared", CancellationToken.None);

        var all = Enumerable.Range(0, keys).Select(number => (RedisKey)$"__MSOCV_{_prefix}{number}").ToArray();
        Assert.Equal(0, await redis.GetDatabase().KeyExistsAsync(all));
    }

    [Fact]
    public async Task UseOutputCache_TwoInstances_ShareResponsesAndEviction()
    {
        var computed = 0;
        await using var first = await StartAppAsync();
        await using var second = await StartAppAsync();
        using var firstClient = first.CreateClient();
        using var secondClient = second.CreateClient();
        var path = $"/{Guid.NewGuid():n}";

        var original = await firstClient.GetStringAsync(path);
        Assert.Equal(original, await secondClient.GetStringAsync(path));
        await second.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync(_prefix + "page", CancellationToken.None);
        Assert.NotEqual(original, await firstClient.GetStringAsync(path));
        Assert.Equal(2, computed);
        await first.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync(_prefix + "page", CancellationToken.None);

        Task<LoopbackServer> StartAppAsync() => LoopbackServer.StartAsync(
            builder =>
            {
                builder.Configuration["ConnectionStrings:cache"] = redis.ConnectionString;
                builder.AddRedisOutputCache("cache");
            },
            app =>
            {
                app.UseOutputCache();
                app.MapGet("/{id}", (string id) => $"{id} {Interlocked.Increment(ref computed)}")
                    .CacheOutput(policy => policy.Expire(Minute).SetVaryByHost(false).Tag(_prefix + "page"));
            });
    }

    [Fact]
    public void AddKeyedRedisOutputCache_UsesTheKeyedClient()
    {
        var builder = CreateBuilder();
        builder.AddKeyedRedisOutputCache("cache");

        using var host = builder.Build();
        Assert.NotNull(host.Services.GetRequiredService<IOutputCacheStore>());
        Assert.NotNull(host.Services.GetKeyedService<IConnectionMultiplexer>("cache"));
        Assert.Null(host.Services.GetService<IConnectionMultiplexer>());
    }

    private string[] Tags(int count) => [.. Enumerable.Range(0, count).Select(_ => _prefix + "a")];

    private IHost BuildHost()
    {
        var builder = CreateBuilder();
        builder.AddRedisOutputCache("cache");
        return builder.Build();
    }

    private HostApplicationBuilder CreateBuilder()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:cache"] = redis.ConnectionString;
        return builder;
    }

    private static async Task<MemoryStream> ReadAllAsync(PipeReader reader)
    {
        var memory = new MemoryStream();
        await reader.CopyToAsync(memory);
        return memory;
    }

    private sealed class Segments : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(byte[] bytes, int length)
        {
            var first = new Segments { Memory = bytes.AsMemory(0, length) };
            var last = first;
            for (var start = length; start < bytes.Length; start += length)
            {
                var next = new Segments { Memory = bytes.AsMemory(start, Math.Min(length, bytes.Length - start)), RunningIndex = start };
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
