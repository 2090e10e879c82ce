using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Platform.Redis.Fallback;
using Platform.Redis.Guarantees;
using Platform.TestKit;

namespace Platform.Redis.Tests.Idempotency;

/// <summary>A Redis of its own that goes away before, during and after the handler.</summary>
public sealed class IdempotencyOutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private RedisServer _server = null!;
    private int _runs;

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task RedisStopped_InProduction_RefusesBeforeTheHandler()
    {
        await using var app = await StartAsync();
        await PostAsync(app, "before");
        await _server.KillAsync();

        for (var i = 0; i < 5; i++)
        {
            using var refused = await app.PostAsync("/orders", "during");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal(1, _runs);
        Assert.Equal(GuaranteeMode.Refusing, app.Capability.State.Mode);

        // Without a key, the endpoint needs no Redis.
        using var plain = await app.PostAsync("/orders", null);
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);

        await _server.RestartAsync(TestContext.Current.CancellationToken);
        await BackAsync(app);
        Assert.Equal(GuaranteeMode.Redis, app.Capability.State.Mode);
    }

    [Fact]
    public async Task RedisPaused_WhileAKeyIsTaken_FreesTheKeyWhenItIsBack()
    {
        await using var app = await StartAsync();
        await PostAsync(app, "before");

        _server.Pause();
        using (var refused = await app.PostAsync("/orders", "during"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("not carried out", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        // The script was sent and takes the key now, for a request that does not run. The lease is 15 s.
        _server.Resume();
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await app.PostAsync("/orders", "during");
                return response.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(8), "the key is free long before the lease would have ended");
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task RedisGone_AfterTheHandler_StoresTheAnswerWhenItIsBack()
    {
        var gate = new TaskCompletionSource();
        await using var app = await StartAsync(gate: gate);
        var request = app.PostAsync("/gated", "k");
        await Eventually.TrueAsync(() => _runs == 1, Patience, "the handler runs");

        _server.Pause();
        gate.SetResult();
        using var first = await request;
        var body = await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("false", Assert.Single(first.Headers.GetValues("Idempotency-Stored")));
        Assert.Equal(1, app.Capability.Fallback!.Value.Pending);

        // Repeated while Redis is away, it is not carried out again either.
        using (var early = await app.PostAsync("/gated", "k"))
        {
            Assert.Equal(body, await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.True(early.Headers.Contains("Idempotent-Replayed"));
        }

        _server.Resume();
        await Eventually.TrueAsync(() => app.Capability.Fallback is { Pending: 0, Kept: 1, Dropped: 0 }, Patience, "the answer is stored");
        using var replay = await app.PostAsync("/gated", "k");
        Assert.Equal(body, await replay.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task RedisStopped_WithMemory_IsHonouredAndAccountedFor()
    {
        await using var app = await StartAsync(redis => redis.Fallback = RedisFallback.Memory, environment: "Development");
        await using var other = await StartAsync(
            redis => (redis.Fallback, redis.KeyPrefix) = (RedisFallback.Memory, app.Prefix), environment: "Development");
        await PostAsync(app, "before");
        await PostAsync(other, "before");
        _runs = 0;
        await _server.KillAsync();

        const int Accepted = 20;
        var bodies = new List<string>();
        for (var i = 0; i < Accepted; i++)
        {
            bodies.Add(await PostAsync(app, $"k{i}"));
            Assert.Equal(bodies[i], await PostAsync(app, $"k{i}"));
        }

        Assert.Equal(Accepted, _runs);
        await Eventually.TrueAsync(() => app.Capability.State.Mode == GuaranteeMode.Local, Patience, "it says that it is local");
        Assert.Equal(Accepted, app.Capability.Fallback!.Value.Pending);
        using (var reused = await app.PostAsync("/orders", "k0", "{\"other\":1}"))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, reused.StatusCode);
        }

        // Another replica accepts three of the same keys: each is kept once.
        for (var i = 0; i < 3; i++)
        {
            await PostAsync(other, $"k{i}");
        }

        await _server.RestartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () => app.Capability.Fallback is { Pending: 0 } && other.Capability.Fallback is { Pending: 0 }, Patience, "all is reconciled");
        var (one, two) = (app.Capability.Fallback!.Value, other.Capability.Fallback!.Value);
        Assert.Equal(Accepted, one.Kept + one.Dropped);
        Assert.Equal(3, two.Kept + two.Dropped);
        Assert.Equal(Accepted, one.Kept + two.Kept);
        await Eventually.TrueAsync(() => app.Logs.Lines.Count(line => line.Id == 2700) == 1, Patience, "it is told once");
        await Eventually.TrueAsync(() => app.Capability.State.Mode == GuaranteeMode.Redis, Patience, "it is back on Redis");

        Assert.Equal(bodies[10], await PostAsync(other, "k10"));
    }

    [Fact]
    public async Task RedisPaused_WithMemoryAndTheKeysTakenLate_KeepsEveryAnswer()
    {
        const int Keys = 50;
        await using var app = await StartAsync(redis => redis.Fallback = RedisFallback.Memory, environment: "Development");
        await PostAsync(app, "before");
        _runs = 0;

        // Redis takes the keys when it goes on, for claims that were answered from memory since.
        _server.Pause();
        var bodies = await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => PostAsync(app, $"k{i}")));
        _server.Resume();
        await Eventually.TrueAsync(() => app.Capability.Fallback is { Pending: 0 }, Patience, "all is reconciled");

        Assert.Equal((Keys, 0), (app.Capability.Fallback!.Value.Kept, app.Capability.Fallback!.Value.Dropped));
        for (var i = 0; i < Keys; i++)
        {
            Assert.Equal(bodies[i], await PostAsync(app, $"k{i}"));
        }

        Assert.Equal(Keys, _runs);
    }

    [Fact]
    public async Task Memory_WithoutRoom_Refuses()
    {
        await using var app = await StartAsync(
            redis => (redis.Fallback, redis.FallbackEntries) = (RedisFallback.Memory, 3), environment: "Development");
        await PostAsync(app, "before");
        _runs = 0;
        await _server.KillAsync();

        for (var i = 0; i < 3; i++)
        {
            await PostAsync(app, $"k{i}");
        }

        using var refused = await app.PostAsync("/orders", "k3");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(3, _runs);
    }

    [Fact]
    public async Task Memory_OutsideDevelopment_StopsTheStart()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(redis => redis.Fallback = RedisFallback.Memory));

        Assert.Contains("Redis:Fallback is Memory, but the environment is Production", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(IdempotencyApp app, string key)
    {
        using var response = await app.PostAsync("/orders", key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static Task BackAsync(IdempotencyApp app) => Eventually.TrueAsync(
        async () =>
        {
            using var response = await app.PostAsync("/orders", "after");
            return response.StatusCode == HttpStatusCode.OK;
        },
        Patience, "Redis is back");

    private Task<IdempotencyApp> StartAsync(
        Action<RedisOptions>? redis = null, TaskCompletionSource? gate = null, string environment = "Production") => IdempotencyApp.StartAsync(
        _server.ConnectionString,
        app =>
        {
            app.MapPost("/orders", () => new { run = Interlocked.Increment(ref _runs), id = Guid.NewGuid() }).WithIdempotency();
            app.MapPost("/gated", async () =>
            {
                Interlocked.Increment(ref _runs);
                await gate!.Task;
                return new { id = Guid.NewGuid() };
            }).WithIdempotency();
        },
        redis: redis, environment: environment);
}
