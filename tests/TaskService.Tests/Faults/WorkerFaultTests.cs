using System.Diagnostics;
using System.Globalization;
using Platform.Redis;
using Platform.TestKit;
using Platform.WorkerApp;
using StackExchange.Redis;

namespace TaskService.Tests.Faults;

/// <summary>
/// What becomes of tasks when workers and Redis are killed, paused, or ended by the tasks themselves. <c>PLATFORM_SOAK=1</c> runs it as long as the
/// claim says: 100,000 tasks, five minutes of kills, Redis killed twice.
/// </summary>
public sealed class WorkerFaultTests
{
    private const string Lane = "task:queue:v1:{default}:default.normal";

    private static readonly bool IsSoak = Environment.GetEnvironmentVariable("PLATFORM_SOAK") == "1";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task WorkersKilledEveryTwoSecondsAndRedisToo_NothingIsLostAndEachTaskTakesEffectOnce()
    {
        var (tasks, time, outages) = IsSoak ? (100_000, TimeSpan.FromMinutes(5), 2) : (2_000, TimeSpan.FromSeconds(12), 1);
        await using var workers = await WorkerProcesses.StartAsync(3, Lease);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");

        var enqueuing = EnqueueAsync(workers, tasks, time);
        var deaths = new List<Death>();
        var downSince = new List<(DateTimeOffset From, DateTimeOffset To)>();
        var started = Stopwatch.GetTimestamp();
        for (var kill = 1; Stopwatch.GetElapsedTime(started) < time; kill++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            var victim = workers.Running[random.Next(workers.Running.Count)];
            var process = victim.ProcessId;
            await WaitUntilBusyAsync(workers, process);
            var at = DateTimeOffset.UtcNow;
            await workers.KillAsync(victim);
            deaths.Add(new Death(process, at, await workers.HeldByAsync(process, Lane)));
            await workers.StartOneAsync();
            if (downSince.Count < outages && Stopwatch.GetElapsedTime(started) > time * (downSince.Count + 0.67) / outages)
            {
                var from = DateTimeOffset.UtcNow;
                await workers.Redis.KillAsync();
                await workers.Redis.RestartAsync();
                downSince.Add((from, DateTimeOffset.UtcNow));
            }
        }

        await enqueuing;
        await Eventually.TrueAsync(() => workers.Effects().Count == tasks, Longest, "each task has taken effect");

        Assert.Equal(Enumerable.Range(0, tasks), workers.Effects().Order());
        Assert.Equal(outages, downSince.Count);
        await Eventually.TrueAsync(
            async () => await workers.Redis.CommandAsync("XLEN", Lane) == "0", Longest, "the lane is empty");

        // What a killed worker held is begun again, or held by another that is killed in turn, within twice the lease; when Redis was away meanwhile,
        // later by that.
        var begun = workers.Begun().ToLookup(entry => entry.Number);
        var recoveries = new List<TimeSpan>();
        foreach (var (death, number) in deaths.SelectMany(death => death.Held.Select(number => (death, number))))
        {
            var taken = begun[number].Where(entry => entry.Process != death.Process).Select(entry => entry.At)
                .Concat(deaths.Where(other => other.Held.Contains(number)).Select(other => other.At))
                .Where(at => at > death.At).Order().Cast<DateTimeOffset?>().FirstOrDefault();
            if (taken is { } then && !downSince.Exists(outage => outage.To > death.At && outage.From < then))
            {
                recoveries.Add(then - death.At);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{deaths.Count} workers killed, {begun.Count(attempts => attempts.Count() > 1)} tasks begun more than once, "
            + $"{recoveries.Count} recovered from the dead, the slowest after {recoveries.DefaultIfEmpty().Max().TotalSeconds:0.0} s");
        Assert.NotEmpty(recoveries);
        Assert.InRange(recoveries.Max(), TimeSpan.Zero, 2 * Lease);
    }

    /// <param name="At">Just before.</param>
    /// <param name="Held">Tasks that Redis had given it, begun or not.</param>
    private sealed record Death(int Process, DateTimeOffset At, IReadOnlySet<int> Held);

    /// <summary>On a slow machine there are few kills, and each should hit a worker in the middle of something. There may be nothing left to do: then not.</summary>
    private static async Task WaitUntilBusyAsync(WorkerProcesses workers, int process)
    {
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(2))
        {
            var ended = workers.Effects();
            if (workers.Begun().Any(begun => begun.Process == process && !ended.Contains(begun.Number)))
            {
                return;
            }

            await Task.Delay(5);
        }
    }

    [Fact]
    public async Task WorkerStoppedPastItsLease_ItsWritesAreRefusedAndCounted()
    {
        await using var workers = await WorkerProcesses.StartAsync(1, TimeSpan.FromSeconds(1));
        var sleeper = workers.Running[0];
        await workers.Client.EnqueueAsync(EffectHandler.Type, new EffectPayload(1, 600));
        await Eventually.TrueAsync(() => workers.Begun().Any(), Longest, "it has begun");
        sleeper.Pause();

        await workers.StartOneAsync();
        await Eventually.TrueAsync(
            async () => workers.Effects().Contains(1) && await workers.Redis.CommandAsync("XLEN", Lane) == "0", Longest, "another has taken over and ended it");
        sleeper.Continue();

        await Eventually.TrueAsync(async () => await sleeper.Client.GetStringAsync(new Uri("/stale-writes", UriKind.Relative)) == "1", Longest, "its write was refused");
        Assert.Equal([1, 2], workers.Begun().Select(begun => begun.Attempt).Order());
        Assert.Equal([1], workers.Effects());
    }

    [Fact]
    public async Task TaskThatEndsItsProcess_IsAmongTheDeadLettersAfterItsCapAndOthersGoOn()
    {
        await using var workers = await WorkerProcesses.StartAsync(1, TimeSpan.FromSeconds(1));
        var poison = await workers.Client.EnqueueAsync(ExitHandler.Type, new ExitPayload(0));
        await workers.Client.EnqueueManyAsync(EffectHandler.Type, [.. Enumerable.Range(0, 50).Select(i => new EffectPayload(i, 20))]);

        // As a service that is started again whenever it ends.
        var ended = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                if (workers.Running is [var worker] && !RunningProcess.IsAlive(worker.ProcessId))
                {
                    await workers.KillAsync(worker);
                    ended++;
                }

                if (workers.Running.Count == 0 && !await workers.TryStartOneAsync())
                {
                    ended++;
                }

                return await workers.Redis.CommandAsync("ZSCORE", "task:dead:v1:{default}", poison) is { Length: > 0 };
            },
            Longest, "the poison is among the dead letters");

        await Eventually.TrueAsync(() => workers.Effects().Count == 50, Longest, "the others have run");
        Assert.Equal(3, ended);
        Assert.True(RunningProcess.IsAlive(workers.Running[0].ProcessId));
    }

    [Fact]
    public async Task RedisFull_NothingIsTakenHalfway_WhatWasTakenIsRunAndItGoesOnWithRoom()
    {
        await using var workers = await WorkerProcesses.StartAsync(0, Lease);
        await workers.Client.EnqueueManyAsync(EffectHandler.Type, [.. Enumerable.Range(0, 200).Select(i => new EffectPayload(i, 1))]);
        await workers.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");

        var refused = await Assert.ThrowsAsync<RedisUnavailableException>(() => workers.Client.EnqueueAsync(EffectHandler.Type, new EffectPayload(200, 1)));
        Assert.Equal((RedisUnavailableReason.OutOfMemory, false), (refused.Reason, refused.OutcomeUnknown));
        Assert.Equal("200", await workers.Redis.CommandAsync("EVAL", "return #redis.call('KEYS', 'task:item:*')", "0"));
        Assert.Equal("200", await workers.Redis.CommandAsync("XLEN", Lane));

        // Those that run the tasks need no room for it.
        await workers.StartOneAsync();
        await Eventually.TrueAsync(
            async () => workers.Effects().Count == 200 && await workers.Redis.CommandAsync("XLEN", Lane) == "0", Longest, "what was taken has run");

        await workers.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "512mb");
        await workers.Client.EnqueueAsync(EffectHandler.Type, new EffectPayload(200, 1));
        await Eventually.TrueAsync(() => workers.Effects().Count == 201, Longest, "it goes on");
    }

    private static async Task EnqueueAsync(WorkerProcesses workers, int tasks, TimeSpan time)
    {
        const int Bundle = 50;
        var pause = time * 0.9 / (tasks / Bundle);
        for (var from = 0; from < tasks; from += Bundle)
        {
            var payloads = Enumerable.Range(from, Math.Min(Bundle, tasks - from)).Select(i => new EffectPayload(i, 80)).ToArray();
            await Eventually.TrueAsync(
                async () =>
                {
                    // Said again when the answer was lost: that makes it two tasks, and still one effect.
                    await workers.Client.EnqueueManyAsync(EffectHandler.Type, payloads);
                    return true;
                },
                Longest, "tasks are taken");
            await Task.Delay(pause);
        }
    }
}
