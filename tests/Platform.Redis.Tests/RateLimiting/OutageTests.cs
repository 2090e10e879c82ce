using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Guarantees;
using Platform.Redis.RateLimiting;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.RateLimiting;

public sealed class OutageTests : IAsyncLifetime
{
    private readonly string _prefix = RedisFixture.NewPrefix();
    private RedisServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.SlidingWindow)]
    [InlineData(RateLimitAlgorithm.Gcra)]
    public async Task LocalBounded_RedisKilledInMidWindow_GrantsNoMoreThanItsBound(RateLimitAlgorithm algorithm)
    {
        const int Limit = 100;
        const int Instances = 4;
        var policy = new RateLimitPolicyOptions { Algorithm = algorithm, Limit = Limit, Window = TimeSpan.FromHours(1) };
        var hosts = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => RateLimitHost.StartAsync(_server.ConnectionString, _prefix, ("p", policy))));
        await Eventually.TrueAsync(
            () => hosts.All(host => host.Services.GetRequiredService<RateLimitSettings>().Instances.Count == Instances), TimeSpan.FromSeconds(5), "they know each other");

        // The worst there is: one instance used the whole limit, of which the others know nothing.
        var granted = await hosts[0].GrantedAsync("p", "k", Limit + 20);
        Assert.Equal(Limit, granted);
        await _server.KillAsync();
        foreach (var host in hosts)
        {
            await Eventually.TrueAsync(async () => (await Record.ExceptionAsync(() => host.PingAsync())) is not null && host.Store.State != RedisBreakerState.Closed, TimeSpan.FromSeconds(5), "the breaker opens");
            granted += await host.GrantedAsync("p", "k", Limit);
        }

        Assert.Equal(Limit + (Limit / Instances), granted);
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task LocalBounded_RedisBack_HearsOfWhatWasGranted()
    {
        var policy = new RateLimitPolicyOptions { Algorithm = RateLimitAlgorithm.FixedWindow, Limit = 10, Window = TimeSpan.FromHours(1) };
        await using var host = await RateLimitHost.StartAsync(_server.ConnectionString, _prefix, ("p", policy));
        await KillAsync(host);
        Assert.Equal(10, await host.GrantedAsync("p", "k", 20));

        await _server.RestartAsync();
        await Eventually.TrueAsync(() => host.Store.State == RedisBreakerState.Closed, TimeSpan.FromSeconds(3), "Redis is used again");

        Assert.Equal(0, await host.GrantedAsync("p", "k", 5));
        await using var other = await RateLimitHost.StartAsync(_server.ConnectionString, _prefix, ("p", policy));
        await Eventually.TrueAsync(async () => await other.GrantedAsync("p", "k", 1) == 0, TimeSpan.FromSeconds(2), "another instance refuses as well");
        await Eventually.TrueAsync(
            () => Capability(host).State.Mode == GuaranteeMode.Redis, TimeSpan.FromSeconds(3), "it has heard what the others did meanwhile");
    }

    [Fact]
    public async Task Start_BeforeTheFirstSync_IsStartingAndNoChange()
    {
        _server.Pause();
        await using var host = await TestHost.StartAsync(
            _server.ConnectionString,
            redis => (redis.KeyPrefix, redis.OperationTimeout) = (_prefix, TimeSpan.FromSeconds(5)),
            build: builder => builder.AddPlatformRedis("redis", TestKeys.Registry).AddRateLimiting());
        var journal = host.Services.GetRequiredService<GuaranteeJournal>();
        Assert.Equal(GuaranteeMode.Starting, Told(journal).Mode);

        _server.Resume();
        await Eventually.TrueAsync(() => Told(journal).Mode == GuaranteeMode.Redis, TimeSpan.FromSeconds(10), "the limits are shared");
        Assert.Empty(journal.Tell(details: true).History!);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Id is 2600 or 2601);
    }

    [Fact]
    public async Task Start_RedisComesLater_TheJournalHearsOfBothWithoutAsking()
    {
        await _server.KillAsync();
        await using var host = await RateLimitHost.StartAsync(_server.ConnectionString, _prefix);
        await Eventually.TrueAsync(() => host.Logs.Lines.Any(line => line.Id == 2600), TimeSpan.FromSeconds(10), "it is told that less holds");

        await _server.RestartAsync();
        await Eventually.TrueAsync(() => host.Logs.Lines.Any(line => line.Id == 2601), TimeSpan.FromSeconds(10), "it is told that all holds again");

        // What was still local when the others were back was no new loss.
        Assert.Single(host.Logs.Lines, line => line.Id == 2600);
    }

    private static CapabilityGuarantee Told(GuaranteeJournal journal) =>
        journal.Tell(details: true).Capabilities.Single(capability => capability.Name == "rate-limit");

    [Fact]
    public async Task FailureModes_RedisKilled_AreEachAsDeclaredAndCounted()
    {
        var outcomes = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "platform.rate_limit.decisions")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var (policy, result) = ("", "");
            foreach (var tag in tags)
            {
                (policy, result) = tag.Key == "policy" ? ((string)tag.Value!, result) : (policy, (string)tag.Value!);
            }

            lock (outcomes)
            {
                outcomes[$"{policy} {result}"] = outcomes.GetValueOrDefault($"{policy} {result}") + value;
            }
        });
        listener.Start();
        await using var host = await RateLimitHost.StartAsync(
            _server.ConnectionString, _prefix,
            ("out-open", new RateLimitPolicyOptions { Limit = 1, WhenRedisIsAway = RateLimitFailureMode.Open }),
            ("out-closed", new RateLimitPolicyOptions { Limit = 1, WhenRedisIsAway = RateLimitFailureMode.Closed }),
            ("out-local", new RateLimitPolicyOptions { Limit = 2 }));
        await KillAsync(host);

        Assert.Equal(5, await host.GrantedAsync("out-open", "k", 5));
        Assert.Equal(0, await host.GrantedAsync("out-closed", "k", 5));
        Assert.Equal(2, await host.GrantedAsync("out-local", "k", 5));

        Assert.Equal(GuaranteeMode.Local, Capability(host).State.Mode);
        lock (outcomes)
        {
            Assert.Equal(5, outcomes["out-open failure_mode_allowed"]);
            Assert.Equal(5, outcomes["out-closed failure_mode_denied"]);
            Assert.Equal((2, 3), (outcomes["out-local failure_mode_allowed"], outcomes["out-local failure_mode_denied"]));
        }
    }

    [Fact]
    public async Task BreakerOpen_Decisions_CostNothing()
    {
        await using var host = await RateLimitHost.StartAsync(_server.ConnectionString, _prefix, ("p", new RateLimitPolicyOptions { Limit = 1_000_000 }));
        await KillAsync(host);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True((await host.Limits().CheckPolicyAsync("p", "k", 1, default)).Allowed);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 1_000);
    }

    [Theory]
    [InlineData(RateLimitAlgorithm.Gcra)]
    [InlineData(RateLimitAlgorithm.FixedWindow)]
    [InlineData(RateLimitAlgorithm.Concurrency)]
    public async Task LocalBounded_MoreThanACounterHolds_IsRefusedAndGivesNothingBack(RateLimitAlgorithm algorithm)
    {
        await using var host = await RateLimitHost.StartAsync(
            _server.ConnectionString, _prefix, ("p", new RateLimitPolicyOptions { Algorithm = algorithm, Limit = 10, Window = TimeSpan.FromMinutes(5) }));
        await KillAsync(host);
        var limiter = host.Limits().GetLimiter("p", "k");

        // Held until the end.
        using var first = await limiter.AcquireAsync();
        Assert.True(first.IsAcquired);
        using var huge = await limiter.AcquireAsync(int.MaxValue);

        Assert.False(huge.IsAcquired);
        var granted = 0;
        for (var i = 0; i < 100; i++)
        {
            granted += (await limiter.AcquireAsync()).IsAcquired ? 1 : 0;
        }

        Assert.InRange(granted, 1, 10);
    }

    [Fact]
    public async Task Closed_OverHttp_Is503WithReducedCapacity()
    {
        await using var app = await RateLimitedApplication.StartAsync(_server.ConnectionString, _prefix, options => options.Policies["login"] =
            new RateLimitPolicyOptions { Limit = 5, Global = true, By = RateLimitBy.Address, WhenRedisIsAway = RateLimitFailureMode.Closed });
        Assert.Equal(1, await app.GrantedAsync(1, "/"));
        await _server.KillAsync();

        using var refused = await app.GetAsync("/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("https://iana.org/assignments/http-problem-types#temporary-reduced-capacity", problem.GetProperty("type").GetString());
        Assert.Equal(1, await app.GrantedAsync(1, "/alive"));
    }

    private static ICapability Capability(TestHost host) => host.Services.GetServices<ICapability>().Single(one => one.Name == "rate-limit");

    private async Task KillAsync(TestHost host)
    {
        await host.PingAsync();
        await _server.KillAsync();
        await Eventually.TrueAsync(
            async () => (await Record.ExceptionAsync(() => host.PingAsync())) is not null && host.Store.State != RedisBreakerState.Closed,
            TimeSpan.FromSeconds(5), "the breaker opens");
    }
}
