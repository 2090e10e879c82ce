using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Platform.Redis.Tests.Support;

namespace Platform.Redis.Tests.Problems;

public sealed class RedisUnavailableProblemTests
{
    [Theory]
    [InlineData(0.2, true, "1", "may have been carried out")]
    [InlineData(4.2, false, "5", "was not carried out")]
    public async Task Request_RedisUnavailable_Is503ProblemWithRetryAfter(double seconds, bool unknown, string retryAfter, string detail)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = "127.0.0.1:1" });
        builder.AddPlatformRedis("redis", TestKeys.Registry);
        await using var app = builder.Build();
        app.UseExceptionHandler();
        app.MapGet("/", string () => throw new RedisUnavailableException(
            "session.create", RedisUnavailableReason.TimedOut, TimeSpan.FromSeconds(seconds), new InvalidOperationException("inside"), unknown));
        await app.StartAsync();

        using var client = new HttpClient();
        using var response = await client.GetAsync(app.Urls.Single());
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(retryAfter, response.Headers.RetryAfter?.ToString());
        Assert.Equal("urn:platform:problem:redis-unavailable", problem.GetProperty("type").GetString());
        Assert.Equal("redis_unavailable", problem.GetProperty("code").GetString());
        Assert.Equal(503, problem.GetProperty("status").GetInt32());
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain("inside", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("session.create", problem.GetRawText(), StringComparison.Ordinal);
    }
}
