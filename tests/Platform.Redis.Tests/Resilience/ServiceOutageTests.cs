using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Platform.Redis.Tests.Support;
using Platform.TestKit;

namespace Platform.Redis.Tests.Resilience;

/// <summary>An outage as the callers of a real process see it.</summary>
public sealed class ServiceOutageTests : IAsyncLifetime
{
    private readonly ConcurrentBag<(HttpStatusCode Status, double Milliseconds)> _answers = [];
    private readonly ConcurrentBag<string> _acknowledged = [];
    private RedisServer _server = null!;
    private Replicas _replicas = null!;

    private Replica Service => _replicas[0];

    public async ValueTask InitializeAsync()
    {
        // These tests ask that nothing acknowledged is lost to kill -9, which the platform's default, everysec, does not promise: while a
        // sync is under way, as on a starved machine, Redis keeps acknowledged writes in its own memory for up to 2 s (SlowDiskTests).
        // always writes and syncs before it replies.
        _server = await RedisServer.StartAsync(new RedisServerOptions { ExtraConfiguration = ["appendfsync always"] });
        _replicas = await Replicas.StartAsync(1, _server.ConnectionString, RedisFixture.NewPrefix());
        await ServedAsync(TimeSpan.FromSeconds(5));
    }

    public async ValueTask DisposeAsync()
    {
        await _replicas.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Paused_UnderLoad_AnswersInTimeAndTellsTheStory()
    {
        await LoadAsync(TimeSpan.FromSeconds(1), Task.CompletedTask);

        // An outage of one request first, so that what is measured is not the compiler.
        _server.Pause();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PutAsync("first")).Status);
        _server.Resume();
        await ServedAsync(TimeSpan.FromSeconds(2));
        var threads = RunningProcess.ThreadCount(Service.ProcessId);
        _answers.Clear();
        var most = 0;
        await LoadAsync(TimeSpan.FromSeconds(6), Task.Run(async () =>
        {
            _server.Pause();
            for (var i = 0; i < 20; i++)
            {
                Assert.InRange((await TimeAsync("/alive")).Milliseconds, 0, 600);
                var health = await TimeAsync("/health/redis");
                Assert.InRange(health.Milliseconds, 0, 600);
                Assert.True(health.Status == HttpStatusCode.ServiceUnavailable || i < 6, $"{i}: {health.Status}");
                most = Math.Max(most, RunningProcess.ThreadCount(Service.ProcessId));
                await Task.Delay(200);
            }

            _server.Resume();
            await ServedAsync(TimeSpan.FromSeconds(2));
        }));

        Assert.All(_answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]));
        var slow = _answers.Count(answer => answer.Milliseconds > 600);
        Assert.True(slow == 0, $"{slow} of {_answers.Count} took longer, up to {_answers.Max(answer => answer.Milliseconds):0} ms.");
        Assert.InRange(most, 0, 2 * threads);
        await AssertStoredAsync();

        var told = JsonDocument.Parse(await Service.Client.GetStringAsync("/guarantees")).RootElement;
        Assert.True(told.GetProperty("redis").GetProperty("available").GetBoolean());
        var history = told.GetProperty("history").EnumerateArray().ToList();
        var went = history.First(change => change.GetProperty("reason").GetString() == "redis_unavailable");
        var back = history.First(change => change.GetProperty("reason").GetString() == "redis_available");
        Assert.Equal("timed_out", went.GetProperty("redisReason").GetString());
        Assert.InRange(back.GetProperty("outageSeconds").GetDouble(), 2, 8);
        Assert.Contains(went.GetProperty("changes").EnumerateArray(), change => change.GetProperty("to").GetString() == "refusing");
    }

    [Fact]
    public async Task Restarted_TwentyTimesUnderLoad_LosesNothingAndLeavesNothingOpen()
    {
        await LoadAsync(TimeSpan.FromSeconds(1), Task.CompletedTask);
        var (threads, sockets) = (RunningProcess.ThreadCount(Service.ProcessId), RunningProcess.SocketCount(Service.ProcessId));
        await LoadAsync(TimeSpan.FromSeconds(1), Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await _server.KillAsync();
                await _server.RestartAsync();
                await ServedAsync(TimeSpan.FromSeconds(5));
            }
        }));

        Assert.All(_answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]));
        Assert.InRange(_answers.Count(answer => answer.Milliseconds > 600), 0, 0);

        // As many as before, and one for the caller that waited for the service meanwhile.
        await Eventually.TrueAsync(
            () => RunningProcess.SocketCount(Service.ProcessId) <= sockets + 2 && RunningProcess.ThreadCount(Service.ProcessId) <= 2 * threads,
            TimeSpan.FromSeconds(30),
            $"it is back at {threads} threads and {sockets} sockets");
        await AssertStoredAsync();
    }

    private async Task<(HttpStatusCode Status, double Milliseconds)> TimeAsync(string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await Service.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private Task ServedAsync(TimeSpan within) => Eventually.TrueAsync(
        async () => (await PutAsync("served")).Status == HttpStatusCode.OK, within, "the service is served");

    private async Task<(HttpStatusCode Status, double Milliseconds)> PutAsync(string id)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await Service.Client.PutAsync(new Uri($"/resilience/items/{id}", UriKind.Relative), null);
        return (response.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    // Writes as five callers do until the time is over and what is done to Redis meanwhile has ended.
    private async Task LoadAsync(TimeSpan atLeast, Task fault)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async caller =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(start) < atLeast || !fault.IsCompleted; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{caller}-{start}-{i}");
                var answer = await PutAsync(id);
                _answers.Add(answer);
                if (answer.Status == HttpStatusCode.OK)
                {
                    _acknowledged.Add(id);
                }

                await Task.Delay(10);
            }
        }));
        await fault;
    }

    private async Task AssertStoredAsync()
    {
        Assert.NotEmpty(_acknowledged);
        foreach (var ids in _acknowledged.Chunk(20))
        {
            var stored = await Task.WhenAll(ids.Select(id => TimeAsync($"/resilience/items/{id}")));
            Assert.All(stored, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        }
    }
}
