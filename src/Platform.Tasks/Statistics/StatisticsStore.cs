using Platform.Redis;
using Platform.Redis.Scripting;
using StackExchange.Redis;

namespace Platform.Tasks.Statistics;

/// <summary>The statistics of all processes together: totals since ever, and the last hour by minutes.</summary>
internal sealed class StatisticsStore(RedisStore redis, StatisticsKeys keys, TimeProvider time)
{
    public const int Minutes = 60;

    private static readonly RedisScript RecordStatistics = RedisScript.FromResource(typeof(StatisticsStore).Assembly, "RecordStatistics.lua");

    /// <summary>Adds what was counted here to the present minute.</summary>
    /// <remarks>The minute is this process's: clocks that differ by seconds move a count to the minute beside.</remarks>
    public Task AddAsync(IReadOnlyList<(string Field, long Times)> counted, CancellationToken cancellationToken)
    {
        // Percentiles are told of the last hour; for ever, counts are enough.
        var ordered = counted.OrderByDescending(one => IsCount(one.Field)).ToArray();
        return redis.EvaluateAsync(
            RecordStatistics,
            [keys.Minute(ThisMinute()), keys.Totals],
            [
                (long)StatisticsKeys.MinuteLifetime.TotalMilliseconds, ordered.Count(one => IsCount(one.Field)),
                .. ordered.SelectMany(one => new RedisValue[] { one.Field, one.Times }),
            ],
            cancellationToken);
    }

    public async Task<TaskStatistics> ReadAsync(CancellationToken cancellationToken)
    {
        var now = ThisMinute();
        var minutes = Enumerable.Range(0, Minutes).Select(i => now - Minutes + 1 + i).ToArray();
        var (totals, counted) = await redis.ExecuteAsync(
            "statistics.read",
            async database =>
            {
                var all = database.HashGetAllAsync(keys.Totals);
                var each = await Task.WhenAll(minutes.Select(minute => database.HashGetAllAsync(keys.Minute(minute))));
                return (await all, each);
            },
            cancellationToken);
        return new TaskStatistics(
            StatisticsPart.Of([totals]), StatisticsPart.Of(counted),
            [.. minutes.Select((minute, i) => (DateTimeOffset.FromUnixTimeSeconds(minute * 60), StatisticsPart.Of([counted[i]])))]);
    }

    private static bool IsCount(string field) => StatisticsField.TryParse(field, out var parsed) && parsed.Series == StatisticsSeries.Counts;

    private long ThisMinute() => time.GetUtcNow().ToUnixTimeSeconds() / 60;
}
