using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Tests;

public class HealthTests
{
    private static Action<WebApplicationBuilder> Redis(HealthStatus status) => builder => builder.Services.AddHealthChecks()
        .AddCheck("redis", () => new HealthCheckResult(status, data: new Dictionary<string, object> { ["latencyMs"] = 0.5 }), ["ready"]);

    [Theory]
    [InlineData(HealthStatus.Healthy, HttpStatusCode.OK, "healthy")]
    [InlineData(HealthStatus.Degraded, HttpStatusCode.OK, "degraded")]
    [InlineData(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable, "unhealthy")]
    public async Task Health_OfRedis_DecidesReadinessButNotLife(HealthStatus redis, HttpStatusCode status, string word)
    {
        await using var service = await TestService.StartAsync(configure: Redis(redis));
        var client = service.Client();

        foreach (var path in (string[])["/health", "/health/redis", "/health/detailed"])
        {
            using var response = await client.GetAsync(path);
            Assert.Equal(status, response.StatusCode);
            Assert.Equal(word, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
            Assert.True(response.Headers.CacheControl!.NoStore);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive")).StatusCode);
    }

    [Fact]
    public async Task Details_InDevelopment_AreShown()
    {
        await using var service = await TestService.StartAsync(configure: Redis(HealthStatus.Healthy));

        var redis = await service.Client().GetFromJsonAsync<JsonElement>("/health/redis");
        var detailed = await service.Client().GetFromJsonAsync<JsonElement>("/health/detailed");

        Assert.Equal(0.5, redis.GetProperty("latencyMs").GetDouble());
        Assert.Equal("healthy", detailed.GetProperty("services").GetProperty("redis").GetProperty("status").GetString());
        Assert.Equal("Development", detailed.GetProperty("environment").GetString());
    }

    [Fact]
    public async Task Details_InProduction_AreForAdministrators()
    {
        await using var service = await TestService.StartAsync(configure: Redis(HealthStatus.Healthy), environment: "Production");

        var stranger = await service.Client().GetFromJsonAsync<JsonElement>("/health/detailed");
        var person = await service.Client(service.Issuer.UserToken("usr_1")).GetFromJsonAsync<JsonElement>("/health/redis");
        var admin = await service.Client(service.Issuer.UserToken("usr_2", "admin")).GetFromJsonAsync<JsonElement>("/health/detailed");

        Assert.Equal(["status"], stranger.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["status"], person.EnumerateObject().Select(member => member.Name));
        Assert.True(admin.TryGetProperty("services", out _));
    }

    [Fact]
    public async Task Health_AskedForPlainText_IsOneWord()
    {
        await using var service = await TestService.StartAsync();
        var client = service.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/plain");

        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task Health_WhileStopping_IsUnhealthy()
    {
        await using var service = await TestService.StartAsync();
        var checks = service.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync()).Status);

        service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(HealthStatus.Unhealthy, (await checks.CheckHealthAsync()).Status);
    }
}
