using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Redis.Connection;
using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Connection;

public sealed class RedisOptionsTests
{
    private const string Secret = "hunter2hunter2";

    [Theory]
    [InlineData("Redis:OperationTimeout", "00:00:00", "Redis:OperationTimeout is 00:00:00")]
    [InlineData("Redis:OperationTimeout", "500", "A bare number means days")]
    [InlineData("Redis:OperationTimeout", "00:00:06", "longer than Redis:ConnectTimeout")]
    [InlineData("Redis:ConnectTimeout", "-00:00:01", "Redis:ConnectTimeout is -00:00:01")]
    [InlineData("Redis:HealthTimeout", "00:01:00", "Redis:HealthTimeout is 00:01:00")]
    [InlineData("Redis:BreakerThreshold", "0", "Redis:BreakerThreshold is 0; set it from 1 to 1000")]
    [InlineData("Redis:BreakerProbeInterval", "00:00:02", "longer than Redis:BreakerProbeIntervalMax")]
    [InlineData("Redis:KeyPrefix", "a{b", "Redis:KeyPrefix")]
    [InlineData("Redis:Database", "16", "Redis:Database names database 16; set it from 0 to 15")]
    [InlineData("Redis:Database", "-1", "Redis:Database names database -1")]
    [InlineData("Redis:DatabaseCount", "0", "Redis:DatabaseCount is 0")]
    [InlineData("ConnectionStrings:redis", "localhost:6379,defaultDatabase=99", "ConnectionStrings:redis names database 99")]
    [InlineData("ConnectionStrings:redis", "localhost:99999", "ConnectionStrings:redis")]
    [InlineData("ConnectionStrings:redis", "localhost,password=hunter2,hunter2", "ConnectionStrings:redis cannot be read")]
    [InlineData("ConnectionStrings:redis", "http://:hunter2@localhost", "ConnectionStrings:redis has the scheme 'http'")]
    [InlineData("ConnectionStrings:redis", "password=hunter2hunter2", "ConnectionStrings:redis names no host")]
    [InlineData("ConnectionStrings:redis", "localhost,channelPrefix=x", "Redis:KeyPrefix")]
    public async Task Start_InvalidSetting_FailsNamingItAndNoSecret(string setting, string value, string expected)
    {
        var failure = await FailAsync(new() { ["ConnectionStrings:redis"] = $"localhost:6379,password={Secret}", [setting] = value });

        Assert.Contains(expected, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REDIS_URL", "localhost:6379", "REDIS_URL is not a URL")]
    [InlineData("REDIS_URL", "memcached://x", "REDIS_URL has the scheme 'memcached'")]
    [InlineData("REDIS_PORT", "70000", "REDIS_PORT is not a number from 1 to 65535")]
    [InlineData("REDIS_DB", "first", "REDIS_DB is not a number")]
    [InlineData("REDIS_SSL", "maybe", "REDIS_SSL is neither true nor false")]
    [InlineData("REDIS_HOST", "", "No Redis is configured")]
    public async Task Start_InvalidVariable_FailsNamingIt(string variable, string value, string expected)
    {
        var failure = await FailAsync(new() { ["REDIS_HOST"] = "localhost", [variable] = value });
        Assert.Contains(expected, failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ProductionWithoutPassword_Fails()
    {
        var failure = await FailAsync(new() { ["ConnectionStrings:redis"] = "localhost:6379" }, "Production");

        Assert.Contains("ConnectionStrings:redis has no password, and the environment is Production", failure, StringComparison.Ordinal);
        Assert.Contains("REDIS_PASSWORD", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeveralInvalidSettings_NamesAll()
    {
        var failure = await FailAsync(new() { ["Redis:BreakerThreshold"] = "0", ["Redis:HealthTimeout"] = "0" });

        Assert.Contains("Redis:BreakerThreshold", failure, StringComparison.Ordinal);
        Assert.Contains("Redis:HealthTimeout", failure, StringComparison.Ordinal);
        Assert.Contains("No Redis is configured", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings:redis", "redis.example:6380,password=hunter2,user=app,defaultDatabase=1", "redis://***:***@redis.example:6380/1")]
    [InlineData("ConnectionStrings:redis", "redis.example,ssl=true,password=hunter2", "rediss://***:***@redis.example:6379/0")]
    [InlineData("ConnectionStrings:redis", "a:1,b:2", "redis://a:1,b:2/0")]
    [InlineData("ConnectionStrings:redis", "redis://app:hunter2@redis.example/2", "redis://***:***@redis.example:6379/2")]
    [InlineData("REDIS_URL", "rediss://:hunter2@redis.example:7000/3", "rediss://***:***@redis.example:7000/3")]
    [InlineData("REDIS_URI", "redis://redis.example", "redis://redis.example:6379/0")]
    [InlineData("Aspire:StackExchange:Redis:ConnectionString", "redis.example,password=hunter2", "redis://***:***@redis.example:6379/0")]
    public void Address_EachSource_IsReadAndPrintedMasked(string setting, string value, string expected)
    {
        using var services = Build(new() { [setting] = value });
        Assert.Equal(expected, services.GetRequiredService<RedisConnectionTarget>().MaskedUrl);
    }

    [Fact]
    public void Address_FromParts_IsRead()
    {
        using var services = Build(new()
        {
            ["REDIS_HOST"] = "redis.example", ["REDIS_PORT"] = "7000", ["REDIS_USERNAME"] = "app", ["REDIS_PASSWORD"] = "hunter2",
            ["REDIS_DB"] = "5", ["REDIS_SSL"] = "true",
        });
        var options = services.GetRequiredService<IOptions<ConfigurationOptions>>().Value;

        Assert.Equal("rediss://***:***@redis.example:7000/5", services.GetRequiredService<RedisConnectionTarget>().MaskedUrl);
        Assert.Equal(("app", "hunter2", 5, true), (options.User, options.Password, options.DefaultDatabase, options.Ssl));
    }

    [Fact]
    public void Address_SeveralSources_ConnectionStringWins()
    {
        using var services = Build(new()
        {
            ["REDIS_HOST"] = "third", ["REDIS_URL"] = "redis://second", ["ConnectionStrings:redis"] = "first",
        });
        Assert.Equal("redis://first:6379/0", services.GetRequiredService<RedisConnectionTarget>().MaskedUrl);
    }

    [Fact]
    public void Database_OwnSetting_OverridesTheConnectionString()
    {
        using var services = Build(new() { ["ConnectionStrings:redis"] = "a:1,defaultDatabase=1", ["Redis:Database"] = "4" });
        Assert.Equal(4, services.GetRequiredService<IOptions<ConfigurationOptions>>().Value.DefaultDatabase);
    }

    [Fact]
    public void Database_IsolationByPrefix_IsZero()
    {
        using var services = Build(new() { ["ConnectionStrings:redis"] = "a:1,defaultDatabase=1", ["Redis:Isolation"] = "Prefix" });
        Assert.Equal(0, services.GetRequiredService<IOptions<ConfigurationOptions>>().Value.DefaultDatabase);
    }

    [Fact]
    public void Connection_WhateverTheString_FailsFastAndComesBack()
    {
        using var services = Build(new() { ["ConnectionStrings:redis"] = "a:1,abortConnect=true,asyncTimeout=9000,name=x,keepAlive=33" });
        var options = services.GetRequiredService<IOptions<ConfigurationOptions>>().Value;

        Assert.False(options.AbortOnConnectFail);
        Assert.Same(BacklogPolicy.FailFast, options.BacklogPolicy);
        Assert.Equal((600, 600, 5000, 33), (options.AsyncTimeout, options.SyncTimeout, options.ConnectTimeout, options.KeepAlive));
        Assert.Equal("testservice", options.ClientName);
        Assert.False(options.IncludeDetailInExceptions);
    }

    [Fact]
    public void Configuration_AddedAfterRegistration_Counts()
    {
        var (builder, _) = TestHost.Builder(new() { ["ConnectionStrings:redis"] = "early:1" });
        builder.AddPlatformRedis("redis", TestKeys.Registry);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = "late:2" });

        using var host = builder.Build();
        Assert.Equal("redis://late:2/0", host.Services.GetRequiredService<RedisConnectionTarget>().MaskedUrl);
    }

    [Fact]
    public void AddPlatformRedis_Twice_IsHarmless()
    {
        var (builder, _) = TestHost.Builder(new() { ["ConnectionStrings:redis"] = "a:1" });
        var first = builder.AddPlatformRedis("redis", TestKeys.Registry);
        var count = builder.Services.Count;

        Assert.Same(first, builder.AddPlatformRedis("redis", TestKeys.Registry));
        Assert.Equal(count, builder.Services.Count);
    }

    [Fact]
    public void AddPlatformRedis_OtherRegistry_Throws()
    {
        var (builder, _) = TestHost.Builder([]);
        builder.AddPlatformRedis("redis", TestKeys.Registry);

        Assert.Throws<InvalidOperationException>(() => builder.AddPlatformRedis("redis", new KeyRegistry("other", "other:")));
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings)
    {
        var (builder, _) = TestHost.Builder(settings);
        builder.AddPlatformRedis("redis", TestKeys.Registry);
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostEnvironment>(builder.Environment);
        builder.Services.AddSingleton<IConfiguration>(builder.Configuration);
        return builder.Services.BuildServiceProvider();
    }

    private static async Task<string> FailAsync(Dictionary<string, string?> settings, string environment = "Development")
    {
        var (builder, _) = TestHost.Builder(settings, environment);
        builder.AddPlatformRedis("redis", TestKeys.Registry);
        using var host = builder.Build();
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        return failure.ToString();
    }
}
