using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Redis.Diagnostics;
using Platform.Redis.Guarantees;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Guarantees;

public sealed class GuaranteeJournalTests
{
    private readonly TestCapability _cache = new("cache");

    [Fact]
    public async Task Outage_Over_TheJournalTellsItsStory()
    {
        await using var server = await RedisServer.StartAsync();
        await using var host = await StartAsync(server.ConnectionString, local => local.AddSingleton<ICapability>(
            services => new LocalCapability(services.GetRequiredService<RedisStore>())));
        var before = Tell(host);
        Assert.True(before.Redis!.Available);
        Assert.Empty(before.History!);
        Assert.All(before.Capabilities, capability => Assert.Equal(GuaranteeMode.Redis, capability.Mode));

        await server.KillAsync();
        await Eventually.TrueAsync(
            async () => await host.RefusedAsync() is { Reason: RedisUnavailableReason.BreakerOpen }, TimeSpan.FromSeconds(5), "the breaker opens");
        var during = Tell(host);
        Assert.False(during.Redis!.Available);
        Assert.Equal("connection_lost", during.Redis.Reason);
        Assert.Equal(
            [("buffer", GuaranteeMode.Local), ("cache", GuaranteeMode.Redis), ("sign-in", GuaranteeMode.Refusing)], Shown(during));

        await server.RestartAsync();
        await Eventually.TrueAsync(() => host.Store.State == RedisBreakerState.Closed, TimeSpan.FromSeconds(5), "Redis is used again");
        await Eventually.TrueAsync(() => Tell(host).History!.Count == 2, TimeSpan.FromSeconds(1), "the end is written down");

        // Nobody needed to ask while it happened: times and reasons are those of the events.
        var after = Tell(host);
        var (back, went) = (after.History![0], after.History[1]);
        Assert.Equal(("redis_unavailable", "connection_lost", null), (went.Reason, went.RedisReason, went.OutageSeconds));
        Assert.Equal(during.Redis.Since, went.At);
        Assert.Equal(
            [("buffer", GuaranteeMode.Redis, GuaranteeMode.Local), ("sign-in", GuaranteeMode.Redis, GuaranteeMode.Refusing)],
            went.Changes.Where(change => change.Capability is "buffer" or "sign-in").Select(change => (change.Capability, change.From, change.To)));
        Assert.Equal("redis_available", back.Reason);
        Assert.Equal((back.At - went.At).TotalSeconds, back.OutageSeconds!.Value, 0.1);
        Assert.Equal(new FallbackReport(0, 7, 2), back.Changes.Single(change => change.Capability == "buffer").Fallback);
        Assert.All(after.Capabilities, capability => Assert.Equal(GuaranteeMode.Redis, capability.Mode));
        Assert.Equal([2600, 2601], host.Logs.Lines.Where(line => line.Id is 2600 or 2601).Select(line => line.Id));
    }

    [Fact]
    public async Task Capability_ChangesByItself_IsWrittenDownAtThatMoment()
    {
        await using var host = await StartAsync("127.0.0.1:1");
        _cache.Become(GuaranteeMode.Local, "Writes to the cache have stopped.");
        _cache.Become(GuaranteeMode.Redis);
        await host.Services.GetRequiredService<GuaranteeJournal>().StopAsync(default);

        var changes = Tell(host).History!.Where(change => change.Reason == "capability").ToList();
        Assert.Equal([GuaranteeMode.Redis, GuaranteeMode.Local], changes.Select(change => change.Changes.Single().To));
        Assert.Equal("Writes to the cache have stopped.", changes[1].Changes.Single().Weaker);
    }

    [Fact]
    public async Task History_ManyChanges_KeepsTheLastFifty()
    {
        await using var host = await StartAsync("127.0.0.1:1");
        for (var i = 0; i < 100; i++)
        {
            _cache.Become(i % 2 == 0 ? GuaranteeMode.Local : GuaranteeMode.Redis, $"{i}");
        }

        var history = Tell(host).History!;
        Assert.Equal(GuaranteeJournal.MostChanges, history.Count);
        Assert.Equal("99", history[0].Changes.Single(change => change.Capability == "cache").Weaker);
    }

    [Fact]
    public async Task Capability_CannotTellItsState_IsRefusingAndLoggedOnce()
    {
        await using var host = await StartAsync("127.0.0.1:1");
        _cache.Failing = true;
        Tell(host);

        Assert.Equal(GuaranteeMode.Refusing, Tell(host).Capabilities.Single(capability => capability.Name == "cache").Mode);
        Assert.Single(host.Logs.Lines, line => line.Id == 2602);
    }

    [Fact]
    public async Task Modes_AreMeasuredByCapability()
    {
        await using var host = await StartAsync("127.0.0.1:1");
        _cache.Become(GuaranteeMode.Refusing);
        var measured = new List<(string? Capability, int Mode)>();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Meter.Name == PlatformRedisDiagnostics.MeterName
                    && instrument.Name == "platform.redis.guarantee.mode")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, mode, tags, _) => measured.Add((tags[0].Value as string, mode)));
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Contains(("cache", 2), measured);
    }

    private static GuaranteesResponse Tell(TestHost host) => host.Services.GetRequiredService<GuaranteeJournal>().Tell(details: true) is var told
        ? told with { Capabilities = [.. told.Capabilities.Where(capability => capability.Name is "buffer" or "cache" or "sign-in")] }
        : null!;

    private static IEnumerable<(string, GuaranteeMode)> Shown(GuaranteesResponse told) =>
        told.Capabilities.Select(capability => (capability.Name, capability.Mode));

    private Task<TestHost> StartAsync(string connectionString, Action<IServiceCollection>? add = null) => TestHost.StartAsync(
        connectionString, build: builder =>
        {
            builder.Services.AddSingleton<ICapability>(_cache);
            builder.Services.AddRefusingCapability("sign-in", "Nobody signs in.");
            add?.Invoke(builder.Services);
        });

    // Serves from memory while Redis is away, and has merged and dropped something by the time that it is back.
    private sealed class LocalCapability(RedisStore store) : ICapability
    {
        public string Name => "buffer";

        public string WhenRedisIsAway => "Keeps a few in memory.";

        public CapabilityState State => store.State == RedisBreakerState.Closed
            ? new CapabilityState(GuaranteeMode.Redis)
            : new CapabilityState(GuaranteeMode.Local, "Other replicas do not see it.");

        public FallbackReport? Fallback => store.State == RedisBreakerState.Closed ? new FallbackReport(0, 7, 2) : new FallbackReport(9, 0, 0);
    }
}
