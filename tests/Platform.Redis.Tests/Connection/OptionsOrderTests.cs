using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Redis.Caching;
using Platform.Redis.Idempotency;
using Platform.Redis.Leases;
using Platform.Redis.RateLimiting;
using Platform.Redis.Tests.Support;

namespace Platform.Redis.Tests.Connection;

/// <summary>What configuration says, and what code says after it.</summary>
public sealed class OptionsOrderTests
{
    private static readonly TimeSpan OfCode = TimeSpan.FromSeconds(7);

    [Fact]
    public void Options_InConfigurationAndInCode_AreThoseOfCode()
    {
        using var services = Build(builder => builder
            .AddCaching(options => options.LeaseDuration = OfCode)
            .AddLeases(options => options.PollInterval = OfCode)
            .AddIdempotency(options => options.LeaseDuration = OfCode)
            .AddRateLimiting(options => options.Policies["user"].Window = OfCode));

        AssertCodeCameLast(services);
    }

    [Fact]
    public void Options_OfACapabilityThatIsAddedTwice_AreThoseOfCode()
    {
        using var services = Build(builder => builder
            .AddCaching().AddLeases().AddIdempotency().AddRateLimiting()
            .AddCaching(options => options.LeaseDuration = OfCode)
            .AddLeases(options => options.PollInterval = OfCode)
            .AddIdempotency(options => options.LeaseDuration = OfCode)
            .AddRateLimiting(options => options.Policies["user"].Window = OfCode)
            .AddCaching().AddLeases().AddIdempotency().AddRateLimiting());

        AssertCodeCameLast(services);
    }

    private static void AssertCodeCameLast(ServiceProvider services)
    {
        var cache = services.GetRequiredService<IOptions<CachingOptions>>().Value;
        Assert.Equal((OfCode, 2_000_000), (cache.LeaseDuration, cache.MemoryLimitBytes));
        var leases = services.GetRequiredService<IOptions<LeaseOptions>>().Value;
        Assert.Equal((OfCode, 0.2), (leases.PollInterval, leases.SafetyMargin));
        var idempotency = services.GetRequiredService<IOptions<IdempotencyOptions>>().Value;
        Assert.Equal((OfCode, true), (idempotency.LeaseDuration, idempotency.Required));
        var user = services.GetRequiredService<IOptions<RedisRateLimitingOptions>>().Value.Policies["user"];
        Assert.Equal((OfCode, 42), (user.Window, user.Limit));
    }

    private static ServiceProvider Build(Action<IPlatformRedisBuilder> add)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:redis"] = "127.0.0.1:1",
            ["Sealing:Key"] = "a-secret-for-this-test-alone",
            ["Caching:LeaseDuration"] = "00:00:03",
            ["Caching:MemoryLimitBytes"] = "2000000",
            ["Leases:PollInterval"] = "00:00:03",
            ["Leases:SafetyMargin"] = "0.2",
            ["Idempotency:LeaseDuration"] = "00:00:30",
            ["Idempotency:Required"] = "true",
            ["RateLimiting:Policies:user:Window"] = "00:00:03",
            ["RateLimiting:Policies:user:Limit"] = "42",
        });
        add(builder.AddPlatformRedis("redis", TestKeys.Registry));
        return builder.Services.BuildServiceProvider();
    }
}
