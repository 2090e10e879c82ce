using Platform.Redis.RateLimiting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.RateLimiting;

public sealed class KeyHygieneTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Partitions_HundredThousand_LeaveNoKeyAfterTheirWindow()
    {
        var prefix = RedisFixture.NewPrefix();
        await using var host = await RateLimitHost.StartAsync(
            redis.ConnectionString, prefix, options => options.MaxLocalPartitions = 1_000,
            ("f", Policy(RateLimitAlgorithm.FixedWindow)), ("g", Policy(RateLimitAlgorithm.Gcra)), ("s", Policy(RateLimitAlgorithm.SlidingWindow)));
        string[] policies = ["f", "g", "s"];
        for (var batch = 0; batch < 100; batch++)
        {
            await Task.WhenAll(Enumerable.Range(batch * 1_000, 1_000).Select(
                partition => host.Limits().CheckPolicyAsync(policies[partition % 3], $"partition-{partition}", 1, default).AsTask()));
        }

        // One still in its window keeps the test from passing for want of keys.
        await host.Limits().CheckPolicyAsync("f", "last", 1, default);
        Assert.NotEmpty(await KeysAsync(prefix));
        await Eventually.TrueAsync(async () => (await KeysAsync(prefix)).Count == 0, TimeSpan.FromSeconds(10), "no key is left");
        await Eventually.TrueAsync(
            () => ((PartitionTable)host.Services.GetService(typeof(PartitionTable))!).Count <= 1_000, TimeSpan.FromSeconds(1), "the process forgets as well");
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.SlidingWindow)]
    [InlineData(RateLimitAlgorithm.Gcra)]
    [InlineData(RateLimitAlgorithm.Concurrency)]
    public async Task Key_OfEachAlgorithm_ExpiresWithItsWindow(RateLimitAlgorithm algorithm)
    {
        var prefix = RedisFixture.NewPrefix();
        var policy = new RateLimitPolicyOptions { Algorithm = algorithm, Limit = 3, Window = TimeSpan.FromSeconds(30) };
        await using var host = await RateLimitHost.StartAsync(redis.ConnectionString, prefix, ("p", policy), ("q", policy));
        var limiter = host.Limits().GetLimiter("p", "k");
        for (var i = 0; i < 6; i++)
        {
            // Granted and refused alike.
            await limiter.AcquireAsync();
        }

        var left = await redis.GetDatabase().KeyTimeToLiveAsync(Assert.Single(await KeysAsync(prefix, "test:rate-limit*:v1:{*}:p.*")));
        Assert.InRange(left!.Value, TimeSpan.FromSeconds(1), policy.Window * 2);
    }

    private static RateLimitPolicyOptions Policy(RateLimitAlgorithm algorithm) =>
        new() { Algorithm = algorithm, Limit = 5, Window = TimeSpan.FromMilliseconds(700) };

    private async Task<List<RedisKey>> KeysAsync(string prefix, string pattern = "test:rate-limit:*")
    {
        List<RedisKey> keys = [];
        foreach (var server in redis.Multiplexer.GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync(-1, prefix + pattern, 1_000))
            {
                keys.Add(key);
            }
        }

        return keys;
    }
}
