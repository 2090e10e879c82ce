using System.Diagnostics;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Cluster;

public sealed class RedisClusterTests
{
    private const string Slots = "cluster_slots_ok:16384";

    [Fact]
    public async Task StartAsync_ThreeNodes_ServeEverySlotAndLeaveNothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var cluster = await RedisCluster.StartAsync(cancellationToken: cancellation);
        string[] directories = [.. cluster.Nodes.Select(node => node.DataDirectory)];
        int[] processes = [.. cluster.Nodes.Select(node => node.ProcessId)];
        await using (cluster)
        {
            await using var client = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
            foreach (var node in cluster.Nodes)
            {
                var key = $"{{{cluster.TagOn(node)}}}:key";
                await client.GetDatabase().StringSetAsync(key, "value");
                Assert.Equal("value", await node.CommandAsync("GET", key));
                Assert.Contains(Slots, await node.CommandAsync("CLUSTER", "INFO"), StringComparison.Ordinal);
            }
        }

        Assert.All(directories, directory => Assert.False(Directory.Exists(directory)));
        Assert.All(processes, process => Assert.Throws<ArgumentException>(() => Process.GetProcessById(process)));
    }

    [Fact]
    public async Task RestartAsync_KilledNode_ServesItsSlotsAgain()
    {
        await using var cluster = await RedisCluster.StartAsync(nodeTimeout: TimeSpan.FromSeconds(1));
        var node = cluster.Nodes[1];
        var key = $"{{{cluster.TagOn(node)}}}:key";
        await node.CommandAsync("SET", key, "value");

        // Written to disk, so that killing it loses nothing.
        await node.CommandAsync("CONFIG", "SET", "appendfsync", "always");
        await node.CommandAsync("SET", key, "other");
        await node.KillAsync();
        await Eventually.TrueAsync(
            async () => !(await cluster.Nodes[0].CommandAsync("CLUSTER", "INFO")).Contains(Slots, StringComparison.Ordinal),
            TimeSpan.FromSeconds(10), "the others notice");
        await node.RestartAsync(TestContext.Current.CancellationToken);
        await cluster.WaitUntilOkAsync();

        Assert.Equal("other", await node.CommandAsync("GET", key));
    }

    [Fact]
    public async Task Move_SlotWithKeys_IsServedByTheOtherNode()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var (from, to) = (cluster.Nodes[0], cluster.Nodes[2]);
        var tag = cluster.TagOn(from);
        await from.CommandAsync("SET", $"{{{tag}}}:one", "1");
        await from.CommandAsync("SET", $"{{{tag}}}:two", "2");

        await cluster.BeginMoveAsync(RedisSlot.Of(tag), from, to);
        var asked = await Assert.ThrowsAsync<RedisReplyException>(() => from.CommandAsync("SET", $"{{{tag}}}:three", "3"));
        await cluster.FinishMoveAsync(RedisSlot.Of(tag), from, to);
        var moved = await Assert.ThrowsAsync<RedisReplyException>(() => from.CommandAsync("GET", $"{{{tag}}}:one"));

        Assert.StartsWith("ASK", asked.Message, StringComparison.Ordinal);
        Assert.StartsWith("MOVED", moved.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], [await to.CommandAsync("GET", $"{{{tag}}}:one"), await to.CommandAsync("GET", $"{{{tag}}}:two")]);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("{user1000}.following")]
    [InlineData("foo{}{bar}")]
    [InlineData("foo{{bar}}zap")]
    [InlineData("123456789")]
    public async Task Of_Key_IsWhatTheServerSays(string key)
    {
        await using var redis = new RedisFixture();
        await redis.InitializeAsync();
        var server = redis.Multiplexer.GetServers()[0];

        Assert.Equal((int)await server.ExecuteAsync("CLUSTER", "KEYSLOT", key), RedisSlot.Of(key));
    }
}
