using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Platform.Redis.Health;
using Platform.Redis.Scripting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Cluster;

public sealed class ClusterFaultTests : IAsyncLifetime
{
    private static readonly RedisScript Increment = RedisScript.FromResource(typeof(ClusterFaultTests).Assembly, "Increment.lua");
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private RedisCluster _cluster = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await RedisCluster.StartAsync(nodeTimeout: TimeSpan.FromSeconds(1));
        _host = await TestHost.StartAsync(_cluster.ConnectionString);
        foreach (var node in _cluster.Nodes)
        {
            await SetAsync(node);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Execute_OnePrimaryKilled_ItsSlotsAreRefusedTheOthersServedAndAllIsBack()
    {
        var away = _cluster.Nodes[1];
        await away.KillAsync();

        // Long enough for the nodes to have called it failed, and for a breaker that counted its failures to have opened.
        var took = new List<double>();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3);)
        {
            var calls = await Task.WhenAll(_cluster.Nodes.Select(TryAsync));
            Assert.Null(calls[0].Refusal);
            Assert.Null(calls[2].Refusal);
            Assert.NotNull(calls[1].Refusal);
            took.Add(calls[1].Took.TotalMilliseconds);
        }

        Assert.InRange(took.Max(), 0, 700);
        Assert.InRange(took.Skip(took.Count / 2).Order().ElementAt(took.Count / 4), 0, 20);
        var read = await Assert.ThrowsAsync<RedisUnavailableException>(() => _host.Store.ExecuteAsync(
            "test.get", database => database.StringGetAsync(KeyOn(away)), CancellationToken.None));
        Assert.NotEqual(RedisUnavailableReason.BreakerOpen, read.Reason);
        Assert.Equal(RedisBreakerState.Closed, _host.Store.State);
        Assert.Single(_host.Logs.Lines, line => line.Id == 2004 && line.Text.Contains("1 of 3 primaries", StringComparison.Ordinal));

        await away.RestartAsync(TestContext.Current.CancellationToken);
        await _cluster.WaitUntilOkAsync();
        await Eventually.TrueAsync(async () => (await TryAsync(away)).Refusal is null, TimeSpan.FromSeconds(2), "its slots are served again");
        await Eventually.TrueAsync(() => _host.Logs.Lines.Any(line => line.Id == 2005), Soon, "it is told that all is back");
        Assert.DoesNotContain(_host.Logs.Lines, line => line.Id is 2000 or 2001);
    }

    [Fact]
    public async Task Execute_OnePrimaryHangs_NobodyWaitsLongerThanTheTimeoutAndTheOthersDoNotWait()
    {
        var away = _cluster.Nodes[2];
        away.Pause();
        var othersSlowest = TimeSpan.Zero;
        var atOnce = false;
        for (var started = Stopwatch.GetTimestamp(); !atOnce && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(8);)
        {
            var calls = await Task.WhenAll(_cluster.Nodes.Select(TryAsync));
            Assert.Null(calls[0].Refusal);
            Assert.Null(calls[1].Refusal);
            Assert.NotNull(calls[2].Refusal);
            Assert.InRange(calls[2].Took.TotalMilliseconds, 0, 700);
            othersSlowest = calls[..2].Select(call => call.Took).Append(othersSlowest).Max();
            atOnce = calls[2].Took < TimeSpan.FromMilliseconds(50);
        }

        Assert.True(atOnce, "a primary that hangs is refused at once after a while");
        Assert.InRange(othersSlowest.TotalMilliseconds, 0, 400);
        Assert.Equal(RedisBreakerState.Closed, _host.Store.State);

        away.Resume();
        await _cluster.WaitUntilOkAsync();
        await Eventually.TrueAsync(async () => (await TryAsync(away)).Refusal is null, TimeSpan.FromSeconds(2), "its slots are served again");
    }

    [Fact]
    public async Task Check_OnePrimaryKilled_IsDegradedAndNamesIt()
    {
        var away = _cluster.Nodes[0];
        await away.KillAsync();
        HealthReportEntry health = default;
        await Eventually.TrueAsync(async () => (health = await _host.CheckAsync()).Status == HealthStatus.Degraded, Soon, "it is degraded");

        Assert.Equal("1 of 3 primaries of the cluster do not work.", health.Description);
        var primaries = (IReadOnlyDictionary<string, string>)health.Data["primaries"];
        Assert.Equal("connection_lost", primaries[$"127.0.0.1:{away.Port}"]);
        Assert.Equal(2, primaries.Values.Count(state => state == "ok"));
    }

    [Fact]
    public async Task Check_OneNodeWithABadSetting_IsAFindingThatNamesIt()
    {
        var node = _cluster.Nodes[1];
        await node.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await using var host = await TestHost.StartAsync(_cluster.ConnectionString);
        HealthReportEntry health = default;
        await Eventually.TrueAsync(async () => (health = await host.CheckAsync()).Status == HealthStatus.Degraded, Soon, "it is degraded");

        var finding = Assert.Single((IEnumerable<RedisFinding>)health.Data["findings"]);
        Assert.Equal(("eviction-policy-unsafe", $"127.0.0.1:{node.Port}: allkeys-lru"), (finding.Id, finding.Actual));
    }

    [Fact]
    public async Task Execute_ClusterThatServesNothingWithoutAllPrimaries_OpensTheBreakerAndCloses()
    {
        foreach (var node in _cluster.Nodes)
        {
            await node.CommandAsync("CONFIG", "SET", "cluster-require-full-coverage", "yes");
        }

        await _cluster.Nodes[2].KillAsync();
        RedisUnavailableException? refusal = null;
        await Eventually.TrueAsync(
            async () => (refusal = (await TryAsync(_cluster.Nodes[0])).Refusal) is { Reason: RedisUnavailableReason.ClusterDown }, Soon,
            "the cluster says that it is down");
        await Eventually.TrueAsync(
            async () => (await TryAsync(_cluster.Nodes[0])).Refusal is { Reason: RedisUnavailableReason.BreakerOpen }, Soon, "the breaker opens");
        await Eventually.TrueAsync(async () => (await _host.CheckAsync()).Status == HealthStatus.Unhealthy, Soon, "it is unhealthy");
        Assert.Equal(TimeSpan.FromSeconds(1), refusal!.RetryAfter);

        await _cluster.Nodes[2].RestartAsync(TestContext.Current.CancellationToken);
        await _cluster.WaitUntilOkAsync();
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(_cluster.Nodes.Select(TryAsync))).All(call => call.Refusal is null), TimeSpan.FromSeconds(2),
            "everything is served again");
        Assert.Single(_host.Logs.Lines, line => line.Id == 2000);
    }

    [Fact]
    public async Task Execute_EveryPrimaryKilled_OpensTheBreakerAndCloses()
    {
        await Task.WhenAll(_cluster.Nodes.Select(node => node.KillAsync()));
        await Eventually.TrueAsync(
            async () => (await TryAsync(_cluster.Nodes[0])).Refusal is { Reason: RedisUnavailableReason.BreakerOpen }, Soon, "the breaker opens");

        await Task.WhenAll(_cluster.Nodes.Select(node => node.RestartAsync()));
        await _cluster.WaitUntilOkAsync();
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(_cluster.Nodes.Select(TryAsync))).All(call => call.Refusal is null), TimeSpan.FromSeconds(2),
            "everything is served again");
    }

    private RedisKey KeyOn(RedisServer node) => _host.Keys.Key(TestKeys.Item, _cluster.TagOn(node));

    private Task<RedisResult> SetAsync(RedisServer node) =>
        _host.Store.EvaluateAsync(Increment, [KeyOn(node)], [1, 600_000], CancellationToken.None);

    private async Task<(RedisUnavailableException? Refusal, TimeSpan Took)> TryAsync(RedisServer node)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await SetAsync(node);
            return (null, Stopwatch.GetElapsedTime(started));
        }
        catch (RedisUnavailableException refusal)
        {
            return (refusal, Stopwatch.GetElapsedTime(started));
        }
    }
}
