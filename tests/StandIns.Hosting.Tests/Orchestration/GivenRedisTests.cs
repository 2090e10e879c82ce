using Aspire.Hosting.Redis.Provisioning;
using Platform.TestKit;

namespace StandIns.Hosting.Tests.Orchestration;

public class GivenRedisTests
{
    [Theory]
    [InlineData("cache.example:6380,password=secret,ssl=true", "cache.example", 6380, "secret", "rediss://:secret@cache.example:6380")]
    [InlineData("ssl=true,password=se/cret,cache.example", "cache.example", 6379, "se/cret", "rediss://:se%2Fcret@cache.example:6379")]
    [InlineData("localhost:7000", "localhost", 7000, null, "redis://localhost:7000")]
    [InlineData("localhost:7000,user=ann,password=secret,defaultDatabase=3", "localhost", 7000, "secret", "redis://ann:secret@localhost:7000")]
    [InlineData("redis://:se%2Fcret@localhost:7000/2", "localhost", 7000, "se/cret", "redis://:se%2Fcret@localhost:7000")]
    [InlineData("rediss://ann:secret@cache.example", "cache.example", 6379, "secret", "rediss://ann:secret@cache.example:6379")]
    public void Parse_AnyForm_GivesThePartsWhereverTheyStand(string text, string host, int port, string? password, string uri)
    {
        var redis = GivenRedis.Parse(text);

        Assert.Equal((host, port, password, uri), (redis.Host, redis.Port, redis.Password, redis.Uri));
    }

    [Theory]
    [InlineData("password=secret")]
    [InlineData("localhost:7000,passwort=secret")]
    [InlineData("localhost:7000,ssl=secret")]
    [InlineData("http://:secret@localhost")]
    [InlineData("redis://:sec,ret@localhost")]
    public void Parse_WhatIsNoConnectionString_IsRefusedWithoutRepeatingIt(string text)
    {
        var exception = Assert.Throws<FormatException>(() => GivenRedis.Parse(text));

        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sec,ret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PingAsync_RightPassword_IsHealthy()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { RequirePassword = true });

        Assert.Null(await RedisProbe.PingAsync(GivenRedis.Parse(server.ConnectionString), CancellationToken.None));
    }

    [Fact]
    public async Task PingAsync_WrongOrNoPassword_GivesTheServersReason()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { RequirePassword = true });

        var wrong = await RedisProbe.PingAsync(GivenRedis.Parse($"127.0.0.1:{server.Port},password=wrong-one"), CancellationToken.None);
        var none = await RedisProbe.PingAsync(GivenRedis.Parse($"127.0.0.1:{server.Port}"), CancellationToken.None);

        Assert.Contains("WRONGPASS", wrong?.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", wrong?.Message, StringComparison.Ordinal);
        Assert.True(wrong?.IsRefusal);
        Assert.Contains("NOAUTH", none?.Message, StringComparison.Ordinal);
        Assert.True(none?.IsRefusal);
    }

    [Fact]
    public async Task PingAsync_NobodyThere_IsNoRefusal()
    {
        var problem = await RedisProbe.PingAsync(GivenRedis.Parse("127.0.0.1:1"), CancellationToken.None);

        Assert.Contains("127.0.0.1:1", problem?.Message, StringComparison.Ordinal);
        Assert.False(problem?.IsRefusal);
    }
}
