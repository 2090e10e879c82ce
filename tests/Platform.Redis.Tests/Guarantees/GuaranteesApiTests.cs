using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Guarantees;

public sealed class GuaranteesApiTests
{
    [Theory]
    [InlineData("Development", false, true)]
    [InlineData("Production", false, false)]
    public async Task Get_ByEnvironment_ShowsDetailsInDevelopmentOnly(string environment, bool admin, bool details)
    {
        await using var app = await StartAsync("127.0.0.1:1,password=none", environment, maySeeDetails: null);
        await AssertShownAsync(app, admin, details);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_WithAPredicate_ShowsDetailsToWhomItSays(bool admin)
    {
        await using var app = await StartAsync("127.0.0.1:1,password=none", "Production", context => context.Request.Headers.ContainsKey("X-Admin"));
        await AssertShownAsync(app, admin, admin);
    }

    [Fact]
    public async Task Get_RedisHangs_AnswersAtOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var app = await StartAsync(server.ConnectionString, "Development", maySeeDetails: null);
        using var client = new HttpClient();
        using var warm = await client.GetAsync(Address(app));

        server.Pause();
        for (var i = 0; i < 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await client.GetAsync(Address(app));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);

            // Sooner than a call that waits for Redis is given up.
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 400);
        }
    }

    private static async Task AssertShownAsync(WebApplication app, bool admin, bool details)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(app));
        if (admin)
        {
            request.Headers.Add("X-Admin", "1");
        }

        using var response = await client.SendAsync(request);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var body = (await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync())).RootElement;
        var capability = body.GetProperty("capabilities").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "sign-in");
        Assert.Contains(capability.GetProperty("mode").GetString(), (string[])["redis", "refusing"]);
        string[] shown = [.. capability.EnumerateObject().Select(property => property.Name).Where(name => name != "weaker")];
        Assert.Equal(details ? ["name", "mode", "since", "whenRedisIsAway"] : ["name", "mode"], shown);
        Assert.Equal(details, capability.TryGetProperty("since", out _));
        Assert.Equal(details, body.TryGetProperty("redis", out _));
        Assert.Equal(details, body.TryGetProperty("history", out _));
    }

    private static Uri Address(WebApplication app) => new($"{app.Urls.Single()}/guarantees");

    private static async Task<WebApplication> StartAsync(string connectionString, string environment, Func<HttpContext, bool>? maySeeDetails)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = connectionString });
        builder.AddPlatformRedis("redis", TestKeys.Registry).Services.AddRefusingCapability("sign-in", "Nobody signs in.");
        var app = builder.Build();
        app.MapGuarantees(maySeeDetails);
        await app.StartAsync();
        return app;
    }
}
