using Platform.Redis.Health;

namespace Platform.Redis.Tests.Health;

public sealed class ServerFindingsTests
{
    private const string Sound = "redis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\nmaxmemory:1000\r\nused_memory:800\r\naof_enabled:1\r\n"
        + "aof_last_write_status:ok\r\naof_last_bgrewrite_status:ok\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("redis_version:8.2.0")]
    [InlineData("redis_version:7.2.4\r\nvalkey_version:7.2.5")]
    public void Of_SoundServer_IsEmpty(string further) => Assert.Empty(Find(further));

    [Theory]
    [InlineData("redis_version:6.2.14", "server-too-old", "Redis 6.2.14")]
    [InlineData("redis_version:7.2.4\r\nvalkey_version:7.1.9", "server-too-old", "Valkey 7.1.9")]
    [InlineData("aof_last_write_status:err", "aof-write-failed", "err")]
    [InlineData("aof_last_bgrewrite_status:err", "aof-rewrite-failed", "err")]
    [InlineData("used_memory:801", "memory-headroom", "80 % of 1000 bytes")]
    [InlineData("maxmemory:0", "maxmemory-unset", "0")]
    [InlineData("maxmemory_policy:volatile-ttl", "eviction-policy-unsafe", "volatile-ttl")]
    [InlineData("aof_enabled:0", "aof-off", "no")]
    public void Of_EachFault_IsOneFinding(string fault, string id, string actual)
    {
        var finding = Assert.Single(Find(fault));
        Assert.Equal((id, actual), (finding.Id, finding.Actual));
        Assert.NotEmpty(finding.Fix);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, null)]
    [InlineData(3, 0, 3, 0, null)]
    [InlineData(3, 0, 5, 0, "2 times since the last look")]
    [InlineData(3, 0, 1, 0, "1 times since the last look")]
    [InlineData(3, 0, 0, 0, null)]
    [InlineData(0, 1, 0, 0, null)]
    [InlineData(0, 0, 0, 1, null)]
    [InlineData(0, 1, 0, 1, "a sync was under way at two looks in a row")]
    public void Of_TwoLooks_TellsWhetherTheFileIsBehind(int delayedBefore, int pendingBefore, int delayed, int pending, string? told)
    {
        var findings = ServerFindings.Of(Lag(delayed, pending), Lag(delayedBefore, pendingBefore), true, true);

        if (told is null)
        {
            Assert.Empty(findings);
            return;
        }

        var finding = Assert.Single(findings);
        Assert.Equal(("aof-behind", RedisFindingSeverity.Warning), (finding.Id, finding.Severity));
        Assert.StartsWith(told, finding.Actual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("everysec", "b")]
    [InlineData("always", "a")]
    public void Of_TwoLooks_AnotherProcessOrASyncBeforeEachReply_IsNotBehind(string fsync, string run) =>
        Assert.Empty(ServerFindings.Of(Lag(5, 1, fsync, run), Lag(0, 1), true, true));

    [Fact]
    public void Of_FirstLook_SaysNothingOfWhatWasBefore() => Assert.Empty(ServerFindings.Of(Lag(5, 1), null, true, true));

    private static ServerFacts Lag(int delayed, int pending, string fsync = "everysec", string run = "a") =>
        Facts($"run_id:{run}\r\naof_pending_bio_fsync:{pending}\r\naof_delayed_fsync:{delayed}\r\n", fsync);

    private static List<RedisFinding> Find(string further) => ServerFindings.Of(Facts(further), null, true, true);

    private static ServerFacts Facts(string further, string fsync = "everysec") =>
        new(ServerFacts.ParseInfo(Sound + further), new Dictionary<string, string> { ["appendfsync"] = fsync });
}
