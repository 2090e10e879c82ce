using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Redis.Consumers;
using Platform.Redis.Events;
using Platform.Redis.Tests.Support;
using Platform.TestKit;
using StackExchange.Redis;

namespace Platform.Redis.Tests.Consumers;

/// <summary>What cannot be delivered does not hold up what can.</summary>
public sealed class StreamDispatcherTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private const int Bad = 100;
    private const string Good = "good";

    private static readonly EventStreamOptions Bounds = new(10_000, TimeSpan.FromMinutes(10));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TestHost _host = null!;
    private RedisKey _stream;

    public async ValueTask InitializeAsync()
    {
        var prefix = RedisFixture.NewPrefix();
        _host = await TestHost.StartAsync(redis.ConnectionString, options => options.KeyPrefix = prefix);
        _stream = _host.Keys.Key(TestKeys.Log, "s");
        for (var i = 0; i < Bad; i++)
        {
            await AddAsync($"bad-{i}");
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task ManyThatFail_AreAllRetried_AndANewOneIsDeliveredWithinASecond()
    {
        // The pauses are short, for the rounds; the second test is about long ones.
        using var dispatcher = await StartAsync(new StreamDispatcherOptions("test") { BaseDelay = TimeSpan.FromMilliseconds(50), MaxDelay = TimeSpan.FromMilliseconds(200) });
        await Eventually.TrueAsync(() => dispatcher.TriesOfBad.All(tries => tries >= 3), Patience, "each is tried three times");

        await AssertPromptAsync(dispatcher);

        Assert.Equal(Bad, await redis.GetDatabase().StreamLengthAsync(_stream));
        await dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Pause_AfterFailures_IsForThoseThatFailed()
    {
        using var dispatcher = await StartAsync(new StreamDispatcherOptions("test") { BaseDelay = TimeSpan.FromMinutes(5), MaxDelay = TimeSpan.FromMinutes(5) });
        await Eventually.TrueAsync(() => dispatcher.TriesOfBad.All(tries => tries == 1), Patience, "each is tried once");

        await AssertPromptAsync(dispatcher);

        Assert.All(dispatcher.TriesOfBad, tries => Assert.Equal(1, tries));
        await dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task ManyThatFailed_AreDelivered_OnceTheyCanBe()
    {
        using var dispatcher = await StartAsync(new StreamDispatcherOptions("test") { BaseDelay = TimeSpan.FromMilliseconds(50) });
        await Eventually.TrueAsync(() => dispatcher.TriesOfBad.All(tries => tries >= 1), Patience, "each is tried");

        dispatcher.Away = false;

        await Eventually.TrueAsync(async () => await redis.GetDatabase().StreamLengthAsync(_stream) == 0, Patience, "all are delivered");
        await dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task WhatADispatcherThatStoppedKept_IsTakenOver_AllOfIt()
    {
        using var first = await StartAsync(new StreamDispatcherOptions("test") { BaseDelay = TimeSpan.FromMinutes(5), MaxDelay = TimeSpan.FromMinutes(5) });
        await Eventually.TrueAsync(() => first.TriesOfBad.All(tries => tries == 1), Patience, "each is tried once");
        await first.StopAsync(CancellationToken.None);

        using var second = await StartAsync(new StreamDispatcherOptions("test"), away: false);

        await Eventually.TrueAsync(async () => await redis.GetDatabase().StreamLengthAsync(_stream) == 0, Patience, "all are delivered");
        await second.StopAsync(CancellationToken.None);
    }

    private async Task AssertPromptAsync(Dispatcher dispatcher)
    {
        var added = Stopwatch.StartNew();
        await AddAsync(Good);
        await Eventually.TrueAsync(() => dispatcher.Tries.ContainsKey(Good), Patience, "the new one is delivered");
        Assert.InRange(added.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(async () => await redis.GetDatabase().StreamLengthAsync(_stream) == Bad, Patience, "it is removed");
    }

    private Task<string> AddAsync(string name) => _host.Events.AppendAsync(_stream, [new("name", name)], Bounds, CancellationToken.None);

    private async Task<Dispatcher> StartAsync(StreamDispatcherOptions options, bool away = true)
    {
        var dispatcher = new Dispatcher(_host, _stream, options) { Away = away };
        await dispatcher.StartAsync(CancellationToken.None);
        return dispatcher;
    }

    private sealed class Dispatcher(TestHost host, RedisKey stream, StreamDispatcherOptions options)
        : StreamDispatcher(host.Store, host.Events, stream, options, TimeProvider.System, NullLogger.Instance)
    {
        public volatile bool Away;

        public ConcurrentDictionary<string, int> Tries { get; } = [];

        public IEnumerable<int> TriesOfBad => Enumerable.Range(0, Bad).Select(i => Tries.GetValueOrDefault($"bad-{i}"));

        protected override Task<bool> TryDeliverAsync(StreamEntry entry, CancellationToken cancellationToken)
        {
            var name = (string)entry["name"]!;
            Tries.AddOrUpdate(name, 1, (_, tries) => tries + 1);
            return Task.FromResult(name == Good || !Away);
        }
    }
}
