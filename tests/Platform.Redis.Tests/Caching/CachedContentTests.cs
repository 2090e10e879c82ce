using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Platform.Redis.Caching;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Caching;

/// <summary>Over HTTP: responses kept ready, and what administrators see.</summary>
public sealed class CachedContentTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_CachedContent_CarriesItsTag_AndIsNotSentTwice()
    {
        await using var app = await StartAsync();
        using var client = Client(app);

        using var first = await client.GetAsync(Path("/prices"), Stop);
        Assert.Equal("application/json; charset=utf-8", first.Content.Headers.ContentType?.ToString());
        Assert.Equal("""{"number":1}""", await first.Content.ReadAsStringAsync(Stop));
        Assert.Equal(12, first.Content.Headers.ContentLength);
        var tag = first.Headers.ETag!.ToString();

        foreach (var known in new[] { tag, "W/" + tag, $"\"other\", {tag}", "*" })
        {
            using var again = await SendAsync(client, HttpMethod.Get, known);
            Assert.Equal((HttpStatusCode.NotModified, tag, 0), (again.StatusCode, again.Headers.ETag!.ToString(), (await again.Content.ReadAsByteArrayAsync(Stop)).Length));
        }

        Assert.Equal("""{"number":1}""", await client.GetStringAsync(Path("/prices/returned"), Stop));
        using var other = await SendAsync(client, HttpMethod.Get, "\"other\"");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var head = await SendAsync(client, HttpMethod.Head, null);
        Assert.Equal((HttpStatusCode.OK, 12L), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Get_CachedContent_OfAnotherReplica_HasTheSameTag()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var one = await StartAsync(prefix);
        await using var other = await StartAsync(prefix);
        using var toOne = Client(one);
        using var toOther = Client(other);
        using var first = await toOne.GetAsync(Path("/prices"), Stop);
        using var second = await toOther.GetAsync(Path("/prices"), Stop);

        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(await first.Content.ReadAsStringAsync(Stop), await second.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Stats_TellEachNamespace_AndClearingOneIsFresh()
    {
        await using var app = await StartAsync();
        using var client = Client(app);
        for (var i = 0; i < 3; i++)
        {
            await client.GetAsync(Path("/prices"), Stop);
        }

        var stats = await client.GetFromJsonAsync<JsonElement>(Path("/cache/stats"), Stop);
        var prices = stats.GetProperty("namespaces").EnumerateArray().Single(space => space.GetProperty("name").GetString() == "prices");
        Assert.Equal((2, 1, 1), (
            prices.GetProperty("memoryHits").GetInt32(), prices.GetProperty("misses").GetInt32(), prices.GetProperty("factories").GetInt32()));
        Assert.True(prices.GetProperty("memoryBytes").GetInt32() > 0);

        using var cleared = await client.DeleteAsync(Path("/cache/namespaces/prices"), Stop);
        Assert.Equal(HttpStatusCode.NoContent, cleared.StatusCode);
        Assert.Equal("""{"number":2}""", await client.GetStringAsync(Path("/prices"), Stop));

        using var unknown = await client.DeleteAsync(Path("/cache/namespaces/nothing"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("unknown_cache_namespace", (await unknown.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString());
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string? known)
    {
        using var request = new HttpRequestMessage(method, Path("/prices"));
        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        }

        return await client.SendAsync(request, Stop);
    }

    private async Task<WebApplication> StartAsync(string? prefix = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:redis", (string?)redis.ConnectionString)]);
        builder.AddPlatformRedis("redis", TestKeys.Registry, options => options.KeyPrefix = prefix ?? RedisFixture.NewPrefix())
            .AddCaching(options => options.Namespaces["prices"] = new CacheNamespaceOptions());
        var app = builder.Build();
        var number = 0;
        app.MapCachedGet("/prices", "prices:all", (_, _) => ValueTask.FromResult(CachedContentHttpResult.Json(new Price(++number))));
        app.MapGet("/prices/returned", (HybridCache cache, CancellationToken cancellationToken) => cache.GetOrCreateAsync<CachedContentHttpResult>(
            "prices:all", _ => throw new InvalidOperationException("computed"), cancellationToken: cancellationToken));
        app.MapCacheStats();
        await app.StartAsync(Stop);
        return app;
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()) };

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private sealed record Price(int Number);
}
