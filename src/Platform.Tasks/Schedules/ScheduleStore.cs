using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.Redis;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;
using Platform.Tasks.Queues;
using StackExchange.Redis;

namespace Platform.Tasks.Schedules;

/// <summary>Schedules as they stand in Redis: looked up, listed, changed, and their runs enqueued.</summary>
internal sealed class ScheduleStore(
    RedisStore redis, TaskKeys keys, ScheduleKeys scheduleKeys, TaskTypes types, TasksMetrics metrics, IOptions<SchedulesOptions> options)
{
    /// <returns>The time by the clock of Redis, and when the first schedule is due; null when nothing is scheduled.</returns>
    public async Task<(DateTimeOffset Now, DateTimeOffset? FirstDue)> FirstDueAsync(CancellationToken cancellationToken)
    {
        var answer = (long[])(await redis.EvaluateAsync(ScheduleScripts.FirstDue, [scheduleKeys.Due], [], cancellationToken))!;
        return (Time(answer[0]), answer.Length > 1 ? Time(answer[1]) : null);
    }

    /// <returns>Null when there is none; a mark of one that was deleted is one.</returns>
    public Task<TaskSchedule?> FindAsync(string name, CancellationToken cancellationToken) =>
        redis.ExecuteAsync("schedule.find", database => FindAsync(database, name), cancellationToken);

    /// <summary>By name, from the first after <paramref name="cursor"/>.</summary>
    public async Task<Page<TaskSchedule>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var (names, schedules) = await redis.ExecuteAsync(
            "schedule.list",
            async database =>
            {
                var names = await database.SortedSetRangeByValueAsync(
                    scheduleKeys.Names, min: cursor ?? default(RedisValue), exclude: cursor is null ? Exclude.None : Exclude.Start, take: limit);
                return (names, await FindAsync(database, names));
            },
            cancellationToken);
        return new Page<TaskSchedule>([.. schedules.OfType<TaskSchedule>().Where(schedule => !schedule.IsRemoved)], names.Length == limit ? (string?)names[^1] : null);
    }

    /// <summary>How the tasks of their last runs stand, by their ids; without those that are not kept any more.</summary>
    public async Task<IReadOnlyDictionary<string, TaskState>> StatusesAsync(IEnumerable<TaskSchedule> shown, CancellationToken cancellationToken)
    {
        string[] ids = [.. shown.SelectMany(schedule => schedule.Recent).Select(run => run.TaskId).Distinct(StringComparer.Ordinal)];
        var statuses = ids.Length == 0 ? [] : await redis.ExecuteAsync(
            "schedule.statuses", database => Task.WhenAll(ids.Select(id => database.HashGetAsync(keys.Item(id), "status"))), cancellationToken);
        return ids.Zip(statuses).Where(task => !task.Second.IsNull)
            .ToDictionary(task => task.First, task => TaskStates.Parse(task.Second), StringComparer.Ordinal);
    }

    /// <summary>Schedules whose next slot is not after <paramref name="now"/>, those that are due longest first.</summary>
    public Task<TaskSchedule[]> DueAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) => redis.ExecuteAsync(
        "schedule.due",
        async database =>
        {
            var names = await database.SortedSetRangeByScoreAsync(scheduleKeys.Due, stop: now.ToUnixTimeMilliseconds(), take: most);
            return (await FindAsync(database, names)).OfType<TaskSchedule>().ToArray();
        },
        cancellationToken);

    /// <param name="seen">The schedule as it was when the change was thought out; null when there was none.</param>
    /// <param name="next">Its next slot; null when it is paused.</param>
    /// <param name="keepsNext">Whether the next slot that there is stays, because the times are the same.</param>
    /// <param name="registered">The definition that code gives; null to leave it.</param>
    public async Task<SaveOutcome> SaveAsync(
        string name, TaskSchedule? seen, ScheduleDefinition definition, bool enabled, DateTimeOffset? next, bool keepsNext, string? registered,
        CancellationToken cancellationToken) => (long)await redis.EvaluateAsync(
        ScheduleScripts.SaveSchedule,
        [scheduleKeys.Schedule(name), scheduleKeys.Names, scheduleKeys.Due],
        [
            name, seen?.Version ?? 0, definition.ToJson(), enabled, Milliseconds(next), keepsNext, registered ?? "", options.Value.MostSchedules,
        ],
        cancellationToken) switch
    {
        -1 => SaveOutcome.TooMany,
        0 => SaveOutcome.Changed,
        _ => SaveOutcome.Saved,
    };

    /// <returns>False when it was changed meanwhile, or is gone.</returns>
    public async Task<bool> RemoveAsync(TaskSchedule seen, CancellationToken cancellationToken) => (bool)await redis.EvaluateAsync(
        ScheduleScripts.RemoveSchedule, [scheduleKeys.Schedule(seen.Name), scheduleKeys.Names, scheduleKeys.Due], [seen.Name, seen.Version], cancellationToken);

    /// <summary>Enqueues the run of a slot and goes on to the next, unless another did so first.</summary>
    /// <param name="slot">Null to go on only.</param>
    /// <param name="next">The next slot to be.</param>
    public Task<bool> FireAsync(
        TaskSchedule seen, ScheduleDefinition definition, DateTimeOffset? slot, DateTimeOffset? next, CancellationToken cancellationToken) => FireAsync(
        seen.Name, definition, slot is { } at ? TaskIdOf(seen.Name, at) : PlatformId.New("tsk"),
        [seen.Name, seen.Version, Milliseconds(seen.Next), Milliseconds(next), Milliseconds(slot)], traceParent: null, cancellationToken);

    /// <summary>Enqueues a run now; slots stay as they are.</summary>
    /// <returns>False when the schedule is gone.</returns>
    public Task<bool> RunAsync(string name, ScheduleDefinition definition, string taskId, string? traceParent, CancellationToken cancellationToken) =>
        FireAsync(name, definition, taskId, [name, "", "", "", "now"], traceParent, cancellationToken);

    /// <summary>What cannot be read here is left to others for a while.</summary>
    public Task DeferAsync(string name, DateTimeOffset until, CancellationToken cancellationToken) => redis.ExecuteAsync(
        "schedule.defer", database => database.SortedSetAddAsync(scheduleKeys.Due, name, until.ToUnixTimeMilliseconds(), SortedSetWhen.Exists),
        cancellationToken);

    /// <summary>The same for a schedule and a slot whoever enqueues the run, so that it is known again; in order of the slots, as all ids are.</summary>
    public static string TaskIdOf(string name, DateTimeOffset slot)
    {
        Span<byte> id = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{slot.ToUnixTimeMilliseconds()}"), id);

        // A UUIDv7 (RFC 9562): 48 bits of time, then the version and the variant among what is otherwise by chance.
        Span<byte> time = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, slot.ToUnixTimeMilliseconds());
        time[2..].CopyTo(id);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return PlatformId.Of("tsk", id[..16]);
    }

    private async Task<bool> FireAsync(
        string name, ScheduleDefinition definition, string taskId, RedisValue[] what, string? traceParent, CancellationToken cancellationToken)
    {
        var lane = Lane.NameOf(definition.Queue, definition.Priority);
        var outcome = (int)await redis.EvaluateAsync(
            ScheduleScripts.FireSchedule,
            [scheduleKeys.Schedule(name), scheduleKeys.Due, keys.Lane(lane), keys.Item(taskId), keys.Index],
            [
                .. what, taskId, definition.Type, JsonSerializer.SerializeToUtf8Bytes(definition.Payload), lane,
                (long)TaskKeys.OpenLifetime.TotalMilliseconds, traceParent ?? "", TaskSchedule.MostRecent,
                types.Find(definition.Type)?.Options.KeptFor != TimeSpan.Zero,
            ],
            cancellationToken);
        if (outcome == 1 && what[^1] != "")
        {
            metrics.Submitted(definition.Type);
        }

        return outcome > 0;
    }

    private async Task<TaskSchedule?> FindAsync(IDatabase database, string name) =>
        TaskSchedule.Parse(name, await database.HashGetAllAsync(scheduleKeys.Schedule(name)));

    private Task<TaskSchedule?[]> FindAsync(IDatabase database, RedisValue[] names) => Task.WhenAll(names.Select(name => FindAsync(database, (string)name!)));

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static RedisValue Milliseconds(DateTimeOffset? time) => time is { } at ? at.ToUnixTimeMilliseconds() : "";
}

internal enum SaveOutcome
{
    Saved,

    /// <summary>Somebody else changed it since it was seen.</summary>
    Changed,

    TooMany,
}
