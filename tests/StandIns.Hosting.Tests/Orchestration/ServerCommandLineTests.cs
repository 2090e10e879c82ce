using Aspire.Hosting.Redis.Provisioning;

namespace StandIns.Hosting.Tests.Orchestration;

public class ServerCommandLineTests
{
    private static readonly Dictionary<string, string> Variables = new() { ["REDIS_PASSWORD"] = "pa ss\"wo\\rd$" };

    [Fact]
    public void ToConfiguration_TheImagesOneString_IsReadAsItsShellWould()
    {
        var lines = ServerCommandLine.ToConfiguration(
            ["-c", "redis-server --requirepass $REDIS_PASSWORD --save 60 10 --save \"\" --appendonly yes"], Variables);

        Assert.Equal(
            ["requirepass \"pa ss\\\"wo\\\\rd$\"", "save \"60\" \"10\"", "save \"\"", "appendonly \"yes\""], lines);
    }

    [Fact]
    public void ToConfiguration_SeparateWords_AreTheSame()
    {
        var lines = ServerCommandLine.ToConfiguration(
            ["redis-server", "--requirepass", "${REDIS_PASSWORD}", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction"], Variables);

        Assert.Equal(["requirepass \"pa ss\\\"wo\\\\rd$\"", "maxmemory \"256mb\"", "maxmemory-policy \"noeviction\""], lines);
    }

    [Fact]
    public void ToConfiguration_QuotedDollar_StaysADollar()
    {
        Assert.Equal(["requirepass \"$REDIS_PASSWORD\""], ServerCommandLine.ToConfiguration(["redis-server --requirepass '$REDIS_PASSWORD'"], Variables));
    }

    [Fact]
    public void ToConfiguration_WhatTheMachineDecides_IsLeftOut()
    {
        Assert.Empty(ServerCommandLine.ToConfiguration(["redis-server --port 6379 --bind 0.0.0.0 --dir /data --daemonize yes"], Variables));
    }

    [Theory]
    [InlineData("redis-server /usr/local/etc/redis.conf", "/usr/local/etc/redis.conf")]
    [InlineData("/entrypoint.sh --something", "redis-server")]
    public void ToConfiguration_WhatOnlyTheImageHas_IsNamed(string command, string named)
    {
        var exception = Assert.Throws<FormatException>(() => ServerCommandLine.ToConfiguration([command], Variables));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }
}
