using Platform.Redis;
using Platform.Redis.Events;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace PrivacyService.Activity;

/// <summary>Writes calls down: for everybody together, and for each owner.</summary>
internal sealed class ActivityStore(RedisStore redis, PrivacyKeys keys, EventStreams events)
{
    /// <summary>Stands for everybody: no owner is called so.</summary>
    public const string Everybody = "all";

    private const int MostEvents = 10_000;
    private const int MostEventsOfOne = 1_000;

    private static readonly RedisScript RecordActivity = RedisScript.FromResource(typeof(ActivityStore).Assembly, "RecordActivity.lua");
    private static readonly RedisScript EraseActivity = RedisScript.FromResource(typeof(ActivityStore).Assembly, "EraseActivity.lua");

    /// <summary>Adds calls to the events and totals of everybody, and to the days.</summary>
    public Task AddAsync(IReadOnlyList<ActivityRecord> records, CancellationToken cancellationToken)
    {
        var totals = new ActivityCounts();
        var days = new SortedDictionary<long, ActivityCounts>();
        foreach (var record in records)
        {
            totals.Add(record);
            Day(record.At).Add(record);
            if (record.KeptUntil is { } until)
            {
                Day(until).AddExpiring(until.ToUnixTimeSeconds() / 60);
            }
        }

        return AddAsync(
            Everybody, records, MostEvents,
            [(keys.Totals(), TimeSpan.Zero, totals), .. days.Select(day => (keys.Day(day.Key), PrivacyKeys.DayLife, day.Value))], cancellationToken);

        ActivityCounts Day(DateTimeOffset time)
        {
            var day = DayOf(time);
            return days.TryGetValue(day, out var counts) ? counts : days[day] = new ActivityCounts();
        }
    }

    /// <summary>Adds calls to the events and totals of their owner; not for one who was erased.</summary>
    public Task AddAsync(string owner, IReadOnlyList<ActivityRecord> records, CancellationToken cancellationToken)
    {
        var totals = new ActivityCounts();
        foreach (var record in records)
        {
            totals.Add(record);
        }

        return AddAsync(owner, records, MostEventsOfOne, [(keys.OwnTotals(owner), PrivacyKeys.ActivityLife, totals)], cancellationToken);
    }

    /// <param name="owner">Whose.</param>
    /// <param name="mark">For how long nothing new is taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many events and entries of the trail were removed.</returns>
    public async Task<long> EraseAsync(string owner, TimeSpan mark, CancellationToken cancellationToken) => (long)await redis.EvaluateAsync(
        EraseActivity, [keys.Events(owner), keys.Erased(owner), keys.OwnTotals(owner), keys.Restores(owner)],
        [(long)mark.TotalMilliseconds], cancellationToken);

    /// <summary>The day since 1970, in UTC.</summary>
    public static long DayOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / (24 * 60 * 60);

    private Task<RedisResult> AddAsync(
        string partition, IReadOnlyList<ActivityRecord> records, int most, (RedisKey Key, TimeSpan Life, ActivityCounts Counts)[] counts,
        CancellationToken cancellationToken) => redis.EvaluateAsync(
        RecordActivity,
        [keys.Events(partition), keys.Erased(partition), .. counts.Select(count => count.Key)],
        [
            most, (long)PrivacyKeys.ActivityLife.TotalMilliseconds, events.WakeChannel, records.Count, .. records.Select(record => (RedisValue)record.ToJson()),
            .. counts.SelectMany(count => (RedisValue[])
            [
                (long)count.Life.TotalMilliseconds, count.Counts.Fields.Count,
                .. count.Counts.Fields.SelectMany(field => (RedisValue[])[field.Key, field.Value]),
            ]),
        ],
        cancellationToken);
}
