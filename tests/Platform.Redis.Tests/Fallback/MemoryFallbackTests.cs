using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Fallback;
using Platform.Redis.Guarantees;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Fallback;

/// <summary>A Redis of its own, which goes and comes back.</summary>
public sealed class MemoryFallbackTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset InAnHour = DateTimeOffset.UtcNow.AddHours(1);

    private RedisServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Entries_AcceptedDuringAnOutage_AreKeptOrDropped()
    {
        await using var host = await TestHost.StartAsync(_server.ConnectionString, options => options.Fallback = RedisFallback.Memory);
        await using var fallback = Create(host);
        await SetAsync(host, "3", "earlier");
        await _server.KillAsync();
        await Eventually.TrueAsync(
            async () => (await Record.ExceptionAsync(() => host.PingAsync())) is not null && host.Store.State != RedisBreakerState.Closed, Patience, "Redis is away");

        const int Accepted = 50;
        for (var i = 0; i < Accepted; i++)
        {
            Assert.True(fallback.TryAdd($"{i}", "memory", 10, i == 7 ? DateTimeOffset.UtcNow.AddMilliseconds(1) : InAnHour));
        }

        Assert.Equal(new FallbackReport(Accepted, 0, 0), fallback.Report);
        Assert.True(fallback.TryGet("5", out var value));
        Assert.Equal("memory", value);
        Assert.False(fallback.TryAdd("5", "again", 10, InAnHour));

        await _server.RestartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => fallback.IsEmpty, Patience, "all is reconciled");

        // One was there before, one had expired.
        Assert.Equal(new FallbackReport(0, Accepted - 2, 2), fallback.Report);
        await Eventually.TrueAsync(() => host.Logs.Lines.Count(line => line.Id == 2700) == 1, Patience, "it is told once");
        Assert.Contains("48 entries were merged and 2 dropped", host.Logs.Lines.Single(line => line.Id == 2700).Text, StringComparison.Ordinal);
        Assert.Equal("memory", await GetAsync(host, "5"));
        Assert.Equal("earlier", await GetAsync(host, "3"));
    }

    [Fact]
    public async Task Memory_IsBoundedByEntriesAndBytes()
    {
        await using var host = await TestHost.StartAsync(
            _server.ConnectionString,
            options => (options.Fallback, options.FallbackEntries, options.FallbackBytes) = (RedisFallback.Memory, 3, 2000));
        await using var fallback = Create(host, (_, _) => Task.FromResult(FallbackOutcome.Later));

        Assert.True(fallback.TryAdd("a", "v", 1000, InAnHour));
        Assert.False(fallback.TryAdd("b", "v", 1001, InAnHour));
        Assert.True(fallback.TryAdd("b", "v", 900, InAnHour));
        Assert.False(fallback.TryResize("b", 1001));
        Assert.True(fallback.TryResize("b", 1000));
        Assert.False(fallback.TryAdd("c", "v", 1, InAnHour));
        Assert.True(fallback.Remove("a"));
        Assert.True(fallback.TryAdd("c", "v", 1, InAnHour));
        Assert.True(fallback.TryAdd("d", "v", 1, InAnHour));
        Assert.False(fallback.TryAdd("e", "v", 1, InAnHour));
        Assert.Equal(3, fallback.Report.Pending);
    }

    [Fact]
    public async Task Entries_StillInUse_Wait()
    {
        await using var host = await TestHost.StartAsync(_server.ConnectionString, options => options.Fallback = RedisFallback.Memory);
        var asked = new ConcurrentDictionary<string, int>();
        await using var fallback = Create(
            host, (key, _) => Task.FromResult(asked.AddOrUpdate(key, 1, (_, times) => times + 1) < 3 ? FallbackOutcome.Later : FallbackOutcome.Dropped));

        Assert.True(fallback.TryAdd("a", "v", 1, InAnHour));

        await Eventually.TrueAsync(() => fallback.IsEmpty, Patience, "it is dropped at last");
        Assert.Equal(3, asked["a"]);
        Assert.Equal(new FallbackReport(0, 0, 1), fallback.Report);
    }

    [Fact]
    public async Task Process_ThatEndsFirst_SaysWhatIsLost()
    {
        await using var host = await TestHost.StartAsync(_server.ConnectionString, options => options.Fallback = RedisFallback.Memory);
        var fallback = Create(host, (_, _) => Task.FromResult(FallbackOutcome.Later));
        Assert.True(fallback.TryAdd("a", "v", 1, InAnHour));

        await fallback.DisposeAsync();

        Assert.Single(host.Logs.Lines, line => line.Id == 2701);
    }

    private static MemoryFallback<string> Create(TestHost host, Func<string, string, Task<FallbackOutcome>>? merge = null) =>
        host.Services.GetRequiredService<MemoryFallbacks>().Create<string>("test", async (key, value, cancellationToken) =>
        {
            if (merge is not null)
            {
                return await merge(key, value);
            }

            var kept = await host.Store.ExecuteAsync(
                "test.merge", database => database.StringSetAsync(Key(host, key), value, TimeSpan.FromMinutes(1), When.NotExists), cancellationToken);
            return kept ? FallbackOutcome.Kept : FallbackOutcome.Dropped;
        });

    private static RedisKey Key(TestHost host, string key) => host.Keys.Key(TestKeys.Item, "fallback" + key);

    private static Task<bool> SetAsync(TestHost host, string key, string value) => host.Store.ExecuteAsync(
        "test.set", database => database.StringSetAsync(Key(host, key), value, TimeSpan.FromMinutes(1)), CancellationToken.None);

    private static async Task<string?> GetAsync(TestHost host, string key) => await host.Store.ExecuteAsync(
        "test.get", database => database.StringGetAsync(Key(host, key)), CancellationToken.None);
}
