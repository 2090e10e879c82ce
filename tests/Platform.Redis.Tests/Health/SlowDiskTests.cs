using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Redis.Health;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Health;

/// <summary>A disk on which a sync does not end. What is promised then: docs/redis/resilience.md.</summary>
public sealed class SlowDiskTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(11);

    private readonly SteppingTime _time = new();
    private RedisServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Everysec_SyncHangs_AServerThatIsKilledTakesAcknowledgedWritesAlong()
    {
        using (await HoldSyncsAsync())
        {
            // Right after Redis gave up waiting once, it waits for another second at least.
            await DelayedAsync();
            await _server.CommandAsync("SET", "acknowledged", "yes");
            await _server.KillAsync();
        }

        await _server.RestartAsync();
        Assert.Equal("0", await _server.CommandAsync("EXISTS", "acknowledged"));
        Assert.Equal("1", await _server.CommandAsync("EXISTS", "before"));
    }

    [Fact]
    public async Task Check_SyncHangs_SaysThatAcknowledgedWritesAreNotOnDiskUntilTheyAre()
    {
        await using var host = await TestHost.StartAsync(
            _server.ConnectionString, build: builder => builder.Services.AddSingleton<TimeProvider>(_time));
        await Eventually.TrueAsync(async () => (await host.CheckAsync()).Status == HealthStatus.Healthy, Patience, "the check is healthy");

        using (await HoldSyncsAsync())
        {
            await DelayedAsync();
            _time.Skip(BetweenLooks);
            var behind = await host.CheckAsync();
            Assert.Equal(HealthStatus.Degraded, behind.Status);
            var finding = Assert.Single((IEnumerable<RedisFinding>)behind.Data["findings"]);
            Assert.Equal(("aof-behind", RedisFindingSeverity.Warning), (finding.Id, finding.Severity));
            Assert.Contains("acknowledged writes of the last 2 s may not be on disk", finding.Actual, StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                _time.Skip(BetweenLooks);
                return (await host.CheckAsync()).Status == HealthStatus.Healthy;
            },
            Patience, "the file has caught up");
        Assert.Equal([2200, 2201], host.Logs.Lines.Where(line => line.Text.Contains("aof-behind", StringComparison.Ordinal)).Select(line => line.Id));
    }

    private async Task<HeldThread> HoldSyncsAsync()
    {
        await _server.CommandAsync("SET", "before", "yes");
        try
        {
            return await HeldThread.HoldAsync(_server.ProcessId, "bio_aof");
        }
        catch (Win32Exception refused)
        {
            Assert.Skip($"A thread cannot be held here: {refused.Message}.");
            throw;
        }
    }

    private Task DelayedAsync() => Eventually.TrueAsync(
        async () =>
        {
            await _server.CommandAsync("INCR", "written");
            var told = ServerFacts.ParseInfo(await _server.CommandAsync("INFO", "persistence"));
            return int.Parse(told["aof_delayed_fsync"], CultureInfo.InvariantCulture) > 0;
        },
        Patience, "a write has waited for a sync as long as it may");
}
