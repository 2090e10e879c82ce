using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Redis.Idempotency;
using Platform.TestKit;

namespace Platform.Redis.Tests.Idempotency;

/// <summary>Two replicas and a lease of a second: what is late, full, flushed or killed while one of them holds a key.</summary>
public sealed class IdempotencyLeaseTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RedisServer _server = null!;
    private TcpProxy _network = null!;
    private IdempotencyApp _holder = null!;
    private IdempotencyApp _other = null!;
    private IdempotencyContext? _held;
    private int _runs;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _network = TcpProxy.Start(_server.Port);
        _holder = await StartAsync(_server.ConnectionString.Replace(
            _server.Port.ToString(CultureInfo.InvariantCulture), _network.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        _other = await StartAsync(_server.ConnectionString);

        // Both are connected, and both know the scripts.
        (await _holder.PostAsync("/orders", "before")).Dispose();
        (await _other.PostAsync("/orders", "before")).Dispose();
        _runs = 0;
    }

    public async ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        await _other.DisposeAsync();
        await _holder.DisposeAsync();
        await _network.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Acquisition_HeardOfAfterItsLease_DoesNotRunBesideTheOneThatTookOver()
    {
        _network.Latency = 2 * Lease;
        var late = _holder.PostAsync("/orders", "k");
        await TakenAsync();

        var body = "";
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await _other.PostAsync("/orders", "k");
                body = await TextAsync(response);
                return response.StatusCode == HttpStatusCode.OK;
            },
            Patience, "the other takes over when the lease ends");
        _network.Latency = TimeSpan.Zero;

        using var answered = await late;
        Assert.Equal(body, await TextAsync(answered));
        Assert.True(answered.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Acquisition_HeardOfLateInItsLease_IsRenewedBeforeTheHandlerRuns()
    {
        _network.Latency = Lease * 0.7;
        var late = _holder.PostAsync("/gated", "k");
        await TakenAsync();
        _network.Latency = TimeSpan.Zero;
        await Eventually.TrueAsync(() => _runs == 1, Patience, "the handler runs");

        await IsInFlightForAsync(2 * Lease);
        _gate.SetResult();
        using var answered = await late;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.False(answered.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Acquisition_NeverHeardOfInTime_IsRefusedAndTheKeyFreed()
    {
        _network.Latency = Lease * 0.6;
        using (var refused = await _holder.PostAsync("/orders", "k"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("not carried out", await TextAsync(refused), StringComparison.Ordinal);
        }

        Assert.Equal(0, _runs);
        _network.Latency = TimeSpan.Zero;
        await Eventually.TrueAsync(async () => await KeysAsync() == 1, Patience, "only the first key is left");
        using var again = await _other.PostAsync("/orders", "k");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Acquisition_WhoseAnswerIsLostWithItsConnection_IsRefusedAndTheRepeatedRequestRunsOnce()
    {
        _network.CutNextReply("$16\r\n", after: 0);
        using (var refused = await _holder.PostAsync("/orders", "k"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        Assert.Equal(0, _runs);
        await Eventually.TrueAsync(
            async () =>
            {
                using var again = await _holder.PostAsync("/orders", "k");
                return again.StatusCode == HttpStatusCode.OK;
            },
            Patience, "the key is freed");
        using var replay = await _other.PostAsync("/orders", "k");
        Assert.True(replay.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task MemoryFull_BeforeTheHandler_RefusesAndLeavesNothing()
    {
        await FullAsync();
        using (var refused = await _holder.PostAsync("/orders", "k"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal(0, _runs);
        Assert.Equal(1, await KeysAsync());
        await FullAsync(isFull: false);
        using var again = await _other.PostAsync("/orders", "k");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task MemoryFull_WhileTheHandlerRunsAndAfter_KeepsTheKeyUntilTheAnswerIsStored()
    {
        var first = _holder.PostAsync("/gated", "k");
        await Eventually.TrueAsync(() => _runs == 1, Patience, "the handler runs");
        await FullAsync();
        await IsInFlightForAsync(2 * Lease);

        _gate.SetResult();
        using var answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal("false", Assert.Single(answered.Headers.GetValues("Idempotency-Stored")));
        await IsInFlightForAsync(2 * Lease);

        await FullAsync(isFull: false);
        var body = await TextAsync(answered);
        await ReplaysAsync(body);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Flushed_WhileTheHandlerRuns_TellsTheHandlerAndKeepsItsWholeAnswer()
    {
        var first = _holder.PostAsync("/gated", "k");
        await Eventually.TrueAsync(() => _runs == 1, Patience, "the handler runs");
        await _server.CommandAsync("FLUSHDB");
        await Eventually.TrueAsync(() => _held!.Lost.IsCancellationRequested, Patience, "the handler is told");
        Assert.False(_held!.IsHeld);
        Assert.Equal(0, await KeysAsync());

        _gate.SetResult();
        using var answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.False(answered.Headers.Contains("Idempotency-Stored"));
        await ReplaysAsync(await TextAsync(answered));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Flushed_AndTakenByAnother_IsNotOverwritten()
    {
        var first = _holder.PostAsync("/gated", "k");
        await Eventually.TrueAsync(() => _runs == 1, Patience, "the handler runs");
        await _server.CommandAsync("FLUSHDB");
        using var second = await _other.PostAsync("/gated?through=true", "k");

        _gate.SetResult();
        using var answered = await first;
        Assert.Equal("false", Assert.Single(answered.Headers.GetValues("Idempotency-Stored")));
        using var replay = await _other.PostAsync("/gated?through=true", "k");
        Assert.Equal(await TextAsync(second), await TextAsync(replay));
        Assert.Equal(2, _runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RedisKilled_WhileTheHandlerRuns_SendsTheAnswerAndStoresItOnReturn(bool isDataLost)
    {
        var first = _holder.PostAsync("/gated", "k");
        await Eventually.TrueAsync(() => _runs == 1, Patience, "the handler runs");
        await _server.KillAsync();

        _gate.SetResult();
        using var answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal("false", Assert.Single(answered.Headers.GetValues("Idempotency-Stored")));
        if (isDataLost)
        {
            Directory.Delete(Path.Combine(_server.DataDirectory, "appendonlydir"), recursive: true);
        }

        await _server.RestartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _holder.Capability.Fallback is { Pending: 0, Kept: 1 }, Patience, "the answer is stored");
        await ReplaysAsync(await TextAsync(answered));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task RedisAway_ForLongerThanTheLease_GivesTheKeyBackToTheHandlerThatRuns()
    {
        var first = _holder.PostAsync("/gated", "k");
        await Eventually.TrueAsync(() => _runs == 1, Patience, "the handler runs");
        await _server.KillAsync();
        var until = DateTime.UtcNow + (2 * Lease);
        while (DateTime.UtcNow < until)
        {
            using var refused = await _other.PostAsync("/gated", "k");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        await _server.RestartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await _other.PostAsync("/gated", "k").WaitAsync(Patience / 3, TestContext.Current.CancellationToken);
                return response.StatusCode == HttpStatusCode.Conflict;
            },
            Patience, "Redis is back");
        await IsInFlightForAsync(2 * Lease);

        _gate.SetResult();
        using var answered = await first;
        Assert.False(answered.Headers.Contains("Idempotency-Stored"));
        await ReplaysAsync(await TextAsync(answered));
        Assert.Equal(1, _runs);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    /// <summary>For so long, whoever asks the other replica is told that the first is in flight.</summary>
    private async Task IsInFlightForAsync(TimeSpan time)
    {
        var until = DateTime.UtcNow + time;
        while (DateTime.UtcNow < until)
        {
            using var response = await _other.PostAsync("/gated", "k").WaitAsync(Patience / 6, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
            Assert.Contains("idempotency_in_flight", await TextAsync(response), StringComparison.Ordinal);
        }
    }

    private Task ReplaysAsync(string body) => Eventually.TrueAsync(
        async () =>
        {
            using var replay = await _other.PostAsync("/gated", "k");
            return replay.Headers.Contains("Idempotent-Replayed") && await TextAsync(replay) == body;
        },
        Patience, "the other replica gives the answer");

    private Task TakenAsync() => Eventually.TrueAsync(async () => await KeysAsync() == 2, Patience, "the key is taken");

    private async Task<int> KeysAsync() => int.Parse(await _server.CommandAsync("DBSIZE"), CultureInfo.InvariantCulture);

    private Task<string> FullAsync(bool isFull = true) => _server.CommandAsync("CONFIG", "SET", "maxmemory", isFull ? "1" : "0");

    private Task<IdempotencyApp> StartAsync(string connectionString) => IdempotencyApp.StartAsync(
        connectionString,
        app =>
        {
            app.MapPost("/orders", () => new { run = Interlocked.Increment(ref _runs), id = Guid.NewGuid() }).WithIdempotency();
            app.MapPost("/gated", async (HttpContext context, bool? through) =>
            {
                _held ??= IdempotencyContext.Get(context);
                Interlocked.Increment(ref _runs);
                await (through == true ? Task.CompletedTask : _gate.Task);
                return new { id = Guid.NewGuid() };
            }).WithIdempotency();
        },
        options => options.LeaseDuration = Lease,
        redis => (redis.KeyPrefix, redis.OperationTimeout, redis.ConnectTimeout) = ("lease:", TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5)));
}
