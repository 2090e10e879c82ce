using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Caching;

/// <summary>The framework's output cache, on a server of its own that is killed: a cluster is not for it, for its script spans slots.</summary>
public sealed class OutputCacheTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OutputCache_OptedIn_KeepsResponsesBehindThePrefix_AndOutlivesRedis()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:redis", (string?)server.ConnectionString)]);
        builder.AddPlatformRedis("redis", TestKeys.Registry, options => options.KeyPrefix = "one").AddCaching().AddOutputCaching();
        await using var app = builder.Build();
        app.UseOutputCache();
        var (cached, plain) = (0, 0);
        app.MapGet("/cached", () => $"{++cached}").CacheOutput(policy => policy.Expire(TimeSpan.FromMinutes(1)).Tag("all"));
        app.MapGet("/plain", () => $"{++plain}");
        await app.StartAsync(Stop);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal(("1", "1"), (await GetAsync("/cached"), await GetAsync("/cached")));
        Assert.Equal(("1", "2"), (await GetAsync("/plain"), await GetAsync("/plain")));
        Assert.True(await redis.GetDatabase().KeyExistsAsync("one:test:__MSOCT_all"));
        Assert.Empty(await KeyAudit.FindViolationsAsync(redis, [TestKeys.Registry], "one", Stop));

        await app.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync("all", Stop);
        Assert.Equal("2", await GetAsync("/cached"));

        await server.KillAsync();
        for (var i = 3; i < 8; i++)
        {
            Assert.Equal($"{i}", await GetAsync("/cached"));
        }

        async Task<string> GetAsync(string path)
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync(Stop);
        }
    }
}
