using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Platform.Redis.Events;
using Platform.Redis.Health;
using Platform.Redis.Keys;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Cluster;

/// <summary>What the shared cluster is asked only; a cluster whose nodes are changed is one's own.</summary>
public sealed class ClusterConnectionTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Start_OneNodeNamed_ReachesEveryNode()
    {
        await using var host = await TestHost.StartAsync(OneNode(), options => options.KeyPrefix = RedisFixture.NewPrefix());

        await host.Store.ExecuteAsync(
            "test.set",
            database => Task.WhenAll(Enumerable.Range(0, 50).Select(
                i => database.StringSetAsync(host.Keys.Key(TestKeys.Item, $"i{i}"), i, TimeSpan.FromMinutes(1)))),
            CancellationToken.None);

        Assert.Equal(3, RedisFixture.Keys(redis.Multiplexer, host.Keys.Prefix).Select(key => Slot(key) * 3 / RedisSlot.Count).Distinct().Count());
    }

    [Fact]
    public async Task Start_UrlWithEveryNode_IsServed()
    {
        var addresses = string.Join(',', redis.Multiplexer.GetEndPoints().Select(endPoint => endPoint.ToString()));
        await using var host = await TestHost.StartAsync($"redis://:{Password()}@{addresses}");

        Assert.True(await host.PingAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task Start_DatabaseIsolationWithADatabase_IsRefusedSayingWhatToChange()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(
            redis.ConnectionString + ",defaultDatabase=3", options => options.Isolation = RedisIsolation.Database));

        Assert.Contains("Redis is a cluster", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Redis:Isolation=Prefix", refused.Message, StringComparison.Ordinal);
        Assert.Contains("database 3", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password(), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PrefixIsolationWithADatabase_UsesNone()
    {
        await using var host = await TestHost.StartAsync(
            redis.ConnectionString + ",defaultDatabase=3", options => options.KeyPrefix = RedisFixture.NewPrefix());
        var key = host.Keys.Key(TestKeys.Item, "a");

        await host.Store.ExecuteAsync("test.set", database => database.StringSetAsync(key, 1, TimeSpan.FromMinutes(1)), CancellationToken.None);

        Assert.Equal(1, (int)await redis.GetDatabase().StringGetAsync(key));
    }

    [Fact]
    public async Task FindViolations_OneOnEveryNode_FindsAll()
    {
        var prefix = RedisFixture.NewPrefix();
        RedisKey[] strays = [.. Enumerable.Range(0, 30).Select(i => (RedisKey)$"{prefix}stray-{i}")];
        Assert.Equal(3, strays.Select(key => Slot(key) * 3 / RedisSlot.Count).Distinct().Count());
        await Task.WhenAll(strays.Select(key => redis.GetDatabase().StringSetAsync(key, 1, TimeSpan.FromMinutes(1))));
        try
        {
            var found = await KeyAudit.FindViolationsAsync(redis.Multiplexer, [TestKeys.Registry], prefix, CancellationToken.None);

            Assert.Equal(strays.Select(key => key.ToString()).Order(), found.Select(violation => violation.Key).Order());
        }
        finally
        {
            await Task.WhenAll(strays.Select(key => redis.GetDatabase().KeyDeleteAsync(key)));
        }
    }

    [Fact]
    public async Task Check_SoundCluster_IsHealthyAndNamesItsPrimaries()
    {
        await using var host = await TestHost.StartAsync(redis.ConnectionString);
        HealthReportEntry health = default;
        await Eventually.TrueAsync(async () => (health = await host.CheckAsync()).Status == HealthStatus.Healthy, Soon, "it is healthy");

        var primaries = (IReadOnlyDictionary<string, string>)health.Data["primaries"];
        Assert.Equal(redis.Multiplexer.GetEndPoints().Select(endPoint => endPoint.ToString()).Order(), primaries.Keys.Order());
        Assert.All(primaries.Values, state => Assert.Equal("ok", state));
        Assert.Equal(["ping", "set", "get", "delete"], (IEnumerable<string>)health.Data["operations"]);
        Assert.Empty((IEnumerable<RedisFinding>)health.Data["findings"]);
    }

    [Fact]
    public async Task Acl_UserOfTheLine_DoesEverythingTheLibraryDoesOnACluster()
    {
        const string User = "of-the-service";
        var line = KeyRegistryAcl.Render(TestKeys.Registry, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(User))));
        var user = "acl" + Guid.NewGuid().ToString("N");
        var servers = redis.Multiplexer.GetServers();
        await Task.WhenAll(servers.Select(server => server.ExecuteAsync("ACL", ["SETUSER", user, .. line.Split(' ')[2..]])));
        try
        {
            var addresses = string.Join(',', redis.Multiplexer.GetEndPoints().Select(endPoint => endPoint.ToString()));
            await using var host = await TestHost.StartAsync($"{addresses},user={user},password={User}");
            var partition = Guid.NewGuid().ToString("N");
            var entry = await host.Events.AppendAsync(
                host.Keys.Key(TestKeys.Log, partition), [new("n", 1)], new EventStreamOptions(10, TimeSpan.FromMinutes(1)), CancellationToken.None);
            Assert.NotEmpty(entry);
            HealthReportEntry health = default;
            await Eventually.TrueAsync(
                async () => (health = await host.CheckAsync()).Status == HealthStatus.Healthy, Soon, "it is healthy for that user");
            Assert.Equal(3, ((IReadOnlyDictionary<string, string>)health.Data["primaries"]).Count);
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.ExecuteAsync("ACL", "DELUSER", user)));
        }
    }

    private static int Slot(RedisKey key) => RedisSlot.Of(key.ToString());

    private string OneNode() => $"{redis.Multiplexer.GetEndPoints()[0]},password={Password()}";

    private string Password() => ConfigurationOptions.Parse(redis.ConnectionString).Password!;
}
