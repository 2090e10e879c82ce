using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Redis.Health;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Health;

public sealed class RedisHealthCheckTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private RedisServer _server = null!;
    private ConnectionMultiplexer _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _admin = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Check_SoundServer_IsHealthyAndSaysWhatItDid()
    {
        await using var host = await TestHost.StartAsync(_server.ConnectionString + ",defaultDatabase=3");
        var health = await BecomesAsync(host, HealthStatus.Healthy);

        Assert.Equal(true, health.Data["connected"]);
        Assert.Equal(["ping", "set", "get", "delete"], (IEnumerable<string>)health.Data["operations"]);
        Assert.Equal($"redis://***:***@127.0.0.1:{_server.Port}/3", health.Data["url"]);
        Assert.InRange((double)health.Data["latencyMs"], 0.001, 250);
        Assert.Empty(Findings(health));
        Assert.Contains("ready", health.Tags);
        Assert.Equal(0, (long)await _admin.GetDatabase(3).ExecuteAsync("DBSIZE"));
    }

    [Theory]
    [InlineData("maxmemory-policy", "allkeys-lru", "eviction-policy-unsafe", "error", "CONFIG SET maxmemory-policy noeviction")]
    [InlineData("appendonly", "no", "aof-off", "error", "CONFIG SET appendonly yes")]
    [InlineData("appendfsync", "no", "aof-fsync-off", "error", "CONFIG SET appendfsync everysec")]
    [InlineData("maxmemory", "0", "maxmemory-unset", "warning", "CONFIG SET maxmemory 1gb")]
    [InlineData("maxmemory", "1500kb", "memory-headroom", "warning", "CONFIG SET maxmemory 3072000")]
    public async Task Check_EachBadSetting_IsOneFindingThatItsFixMends(string setting, string value, string id, string severity, string fix)
    {
        await _admin.GetDatabase().ExecuteAsync("CONFIG", "SET", setting, value);
        await using (var host = await TestHost.StartAsync(_server.ConnectionString))
        {
            var finding = Assert.Single(Findings(await BecomesAsync(host, HealthStatus.Degraded)));
            Assert.Equal((id, severity, fix), (finding.Id, JsonSerializer.Serialize(finding.Severity).Trim('"'), finding.Fix));
            Assert.Single(host.Logs.Lines, line => line.Id == 2200 && line.Text.Contains(id, StringComparison.Ordinal));
        }

        await _admin.GetDatabase().ExecuteAsync(fix.Split(' ')[0], [.. fix.Split(' ')[1..]]);
        await using var mended = await TestHost.StartAsync(_server.ConnectionString);
        await BecomesAsync(mended, HealthStatus.Healthy);
    }

    [Fact]
    public async Task Check_NoPassword_IsAFindingOutsideDevelopmentOnly()
    {
        await _admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "requirepass", "");
        await using var staging = await TestHost.StartAsync($"127.0.0.1:{_server.Port}", environment: "Staging");
        Assert.Equal("password-missing", Assert.Single(Findings(await BecomesAsync(staging, HealthStatus.Degraded))).Id);

        await using var development = await TestHost.StartAsync($"127.0.0.1:{_server.Port}");
        await BecomesAsync(development, HealthStatus.Healthy);
    }

    [Theory]
    [InlineData("-config", RedisFindingSeverity.Information, HealthStatus.Healthy)]
    [InlineData("-info", RedisFindingSeverity.Warning, HealthStatus.Degraded)]
    public async Task Check_UserMayNotAsk_IsAFinding(string right, RedisFindingSeverity severity, HealthStatus status)
    {
        await _admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "limited", "on", ">secret", "~*", "&*", "+@all", right);
        await using var host = await TestHost.StartAsync($"127.0.0.1:{_server.Port},user=limited,password=secret");
        RedisFinding[] findings = [];
        await Eventually.TrueAsync(async () => (findings = Findings(await host.CheckAsync())).Length > 0, Soon, "there is a finding");

        var finding = Assert.Single(findings);
        Assert.Equal(("config-unreadable", severity), (finding.Id, finding.Severity));
        Assert.Equal(status, (await host.CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_WritesRefused_IsUnhealthyAndSaysWhatWorks()
    {
        await _admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "100kb");
        await using var host = await TestHost.StartAsync(_server.ConnectionString);
        HealthReportEntry health = default;
        await Eventually.TrueAsync(
            async () => (health = await host.CheckAsync()).Description?.Contains("OutOfMemory", StringComparison.Ordinal) == true, Soon, "it says why");

        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Equal(["ping"], (IEnumerable<string>)health.Data["operations"]);
        Assert.Equal(true, health.Data["connected"]);
    }

    [Fact]
    public async Task Check_ServerHangs_IsUnhealthyWithinItsBudgetAndRecovers()
    {
        await using var host = await TestHost.StartAsync(_server.ConnectionString);
        await BecomesAsync(host, HealthStatus.Healthy);

        _server.Pause();
        await BecomesAsync(host, HealthStatus.Unhealthy);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 5; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var health = await host.CheckAsync();
            slowest = Stopwatch.GetElapsedTime(start) > slowest ? Stopwatch.GetElapsedTime(start) : slowest;
            Assert.Equal(HealthStatus.Unhealthy, health.Status);
            Assert.Equal(false, health.Data["connected"]);
            Assert.InRange((double)health.Data["latencyMs"], 0, 500);
            var at = (DateTimeOffset)health.Data["checkedAt"];
            await Eventually.TrueAsync(async () => (DateTimeOffset)(await host.CheckAsync()).Data["checkedAt"] > at, Soon, "it is probed again");
        }

        Assert.InRange(slowest.TotalMilliseconds, 0, 500);
        _server.Resume();
        await Eventually.TrueAsync(
            async () => (await host.CheckAsync()).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(3), "it is healthy again");
    }

    [Fact]
    public async Task Check_ServerHangs_SaysNothingNewOfItsSettings()
    {
        var time = new SteppingTime();
        await _admin.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await using var host = await TestHost.StartAsync(
            _server.ConnectionString, build: builder => builder.Services.AddSingleton<TimeProvider>(time));
        await BecomesAsync(host, HealthStatus.Degraded);

        _server.Pause();
        var probes = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                time.Skip(TimeSpan.FromSeconds(11));
                var health = await host.CheckAsync();
                Assert.Equal(HealthStatus.Unhealthy, health.Status);
                Assert.Equal("eviction-policy-unsafe", Assert.Single(Findings(health)).Id);
                return ++probes > 40;
            },
            TimeSpan.FromSeconds(60), "it was asked often enough for the client to give its connection up meanwhile");

        _server.Resume();
        await Eventually.TrueAsync(async () => (await host.CheckAsync()).Status == HealthStatus.Degraded, Soon, "it answers again");
        Assert.Equal([2200], host.Logs.Lines.Where(line => line.Id is 2200 or 2201).Select(line => line.Id));
    }

    [Fact]
    public async Task Check_ThousandAtOnce_IsOneProbe()
    {
        await using var host = await TestHost.StartAsync(_server.ConnectionString);
        await BecomesAsync(host, HealthStatus.Healthy);
        await _admin.GetDatabase().ExecuteAsync("CONFIG", "RESETSTAT");

        var start = Stopwatch.GetTimestamp();
        var checks = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(host.CheckAsync)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        Assert.All(checks, check => Assert.Equal(HealthStatus.Healthy, check.Status));
        Assert.InRange(await CallsAsync("set"), 0, 2 + (int)seconds);
    }

    [Fact]
    public async Task Check_Data_HoldsNoSecret()
    {
        await using var host = await TestHost.StartAsync(_server.ConnectionString);
        var health = await BecomesAsync(host, HealthStatus.Healthy);
        await _server.KillAsync();
        var away = await BecomesAsync(host, HealthStatus.Unhealthy);

        var text = JsonSerializer.Serialize(health.Data) + JsonSerializer.Serialize(away.Data) + away.Description + away.Exception;
        Assert.DoesNotContain(_server.Password!, text, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> BecomesAsync(TestHost host, HealthStatus status)
    {
        HealthReportEntry health = default;
        await Eventually.TrueAsync(async () => (health = await host.CheckAsync()).Status == status, Soon, $"the check is {status}");
        return health;
    }

    private static RedisFinding[] Findings(HealthReportEntry health) => [.. (IEnumerable<RedisFinding>)health.Data["findings"]];

    private async Task<int> CallsAsync(string command)
    {
        var text = (string)(await _admin.GetDatabase().ExecuteAsync("INFO", "commandstats"))!;
        var line = ServerFacts.ParseInfo(text).GetValueOrDefault("cmdstat_" + command);
        return line is null ? 0 : int.Parse(line.Split(',')[0]["calls=".Length..]);
    }
}
