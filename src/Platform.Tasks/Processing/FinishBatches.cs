using System.Collections.Concurrent;
using Platform.Redis;
using Platform.Tasks.Dependencies;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Processing;

/// <summary>Writes the ends of attempts that succeeded at tasks nobody owns: many with one trip.</summary>
internal sealed class FinishBatches(RedisStore redis, TaskKeys keys, TaskDependants dependants)
{
    private const int MostTasks = 256;
    private const int MostBytes = 512 * 1024;

    /// <summary>The script's word for one on which others depend.</summary>
    private const long HeldWithDependants = 4;

    /// <summary>What Redis answers where a task that had no record has one now.</summary>
    private const Hold HasRecord = (Hold)2;

    private readonly ConcurrentDictionary<(Lane Lane, TimeSpan Retention), Bundler<PlainEnd, Hold>> _lines = new();
    private readonly ConcurrentDictionary<Lane, Bundler<Delivery, Hold>> _unrecorded = new();

    /// <param name="retention">How long the task is remembered; zero removes it.</param>
    /// <exception cref="RedisUnavailableException">Redis is away or refuses. It may have been written all the same: say it again.</exception>
    public Task<Hold> FinishAsync(PlainEnd end, TimeSpan retention) => end.Delivery.IsUnrecorded && retention == TimeSpan.Zero
        ? FinishUnrecordedAsync(end)
        : FinishRecordedAsync(end, retention);

    private Task<Hold> FinishRecordedAsync(PlainEnd end, TimeSpan retention) =>
        _lines.GetOrAdd((end.Delivery.Lane, retention), static (line, self) => self.Line(line.Lane, line.Retention), this)
            .SendAsync(end, end.Outcome?.Length ?? 0);

    private async Task<Hold> FinishUnrecordedAsync(PlainEnd end)
    {
        var hold = await _unrecorded.GetOrAdd(
            end.Delivery.Lane, static (lane, self) => new(MostTasks, MostBytes, mostOnTheirWay: 1, ends => self.SendAsync(lane, ends)), this)
            .SendAsync(end.Delivery);
        return hold == HasRecord ? await FinishRecordedAsync(end, TimeSpan.Zero) : hold;
    }

    private Bundler<PlainEnd, Hold> Line(Lane lane, TimeSpan retention) =>
        new(MostTasks, MostBytes, mostOnTheirWay: 1, ends => SendAsync(lane, retention, ends));

    private async Task<Hold[]> SendAsync(Lane lane, TimeSpan retention, IReadOnlyList<PlainEnd> ends)
    {
        var tasks = new RedisKey[2 + ends.Count];
        var arguments = new RedisValue[2 + (4 * ends.Count)];
        tasks[0] = lane.Key;
        tasks[1] = keys.Releases;
        arguments[0] = TaskQueue.Group;
        arguments[1] = (long)retention.TotalMilliseconds;
        for (var i = 0; i < ends.Count; i++)
        {
            var (delivery, outcome, ran) = ends[i];
            tasks[2 + i] = keys.Item(delivery.Task.Id);
            arguments[2 + (4 * i)] = delivery.Task.Fence;
            arguments[3 + (4 * i)] = delivery.EntryId;
            arguments[4 + (4 * i)] = outcome ?? "";
            arguments[5 + (4 * i)] = (long)ran.TotalMilliseconds;
        }

        var holds = (long[])(await redis.EvaluateAsync(ProcessingScripts.FinishTasks, tasks, arguments, CancellationToken.None))!;
        for (var i = 0; i < holds.Length; i++)
        {
            if (holds[i] == HeldWithDependants)
            {
                holds[i] = (long)Hold.Held;
                await dependants.ReleaseSoonAsync([ends[i].Delivery.Task.Id], CancellationToken.None);
            }
        }

        return Array.ConvertAll(holds, hold => (Hold)hold);
    }

    private async Task<Hold[]> SendAsync(Lane lane, IReadOnlyList<Delivery> ends)
    {
        var tasks = new RedisKey[1 + ends.Count];
        var arguments = new RedisValue[1 + ends.Count];
        tasks[0] = lane.Key;
        arguments[0] = TaskQueue.Group;
        for (var i = 0; i < ends.Count; i++)
        {
            tasks[1 + i] = keys.Item(ends[i].Task.Id);
            arguments[1 + i] = ends[i].EntryId;
        }

        var answer = await redis.EvaluateAsync(ProcessingScripts.FinishUnrecorded, tasks, arguments, CancellationToken.None);
        return Array.ConvertAll((long[])answer!, hold => (Hold)hold);
    }
}

/// <summary>An attempt that succeeded at a task nobody owns.</summary>
/// <param name="Outcome">JSON; null where there is nothing to tell.</param>
/// <param name="Ran">How long it took.</param>
internal readonly record struct PlainEnd(Delivery Delivery, string? Outcome, TimeSpan Ran);
