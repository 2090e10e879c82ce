using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Redis;
using PrivacyService.Pseudonyms;
using PrivacyService.Vault;
using StackExchange.Redis;

namespace PrivacyService.Activity;

/// <summary>Reads what was counted. One round trip.</summary>
internal sealed class StatisticsReader(RedisStore redis, PrivacyKeys keys, IOptions<PseudonymOptions> options, TimeProvider time)
{
    public const int Days = 30;

    /// <summary>Of one person's documents no more are counted.</summary>
    private const int MostCounted = 10_000;

    /// <summary>Everybody's.</summary>
    public async Task<StatisticsResponse> OfAllAsync(CancellationToken cancellationToken)
    {
        var today = ActivityStore.DayOf(time.GetUtcNow());
        var days = Enumerable.Range(0, Days).Select(i => today - Days + 1 + i).ToArray();
        var ahead = Enumerable.Range(0, (int)PrivacyKeys.LongestLife.TotalDays + 1).Select(i => today + i).ToArray();
        var (totals, past, coming, info) = await redis.ExecuteAsync(
            "statistics.read",
            async database =>
            {
                var all = database.HashGetAllAsync(keys.Totals());
                var each = Task.WhenAll(days.Select(day => database.HashGetAllAsync(keys.Day(day))));
                var next = Task.WhenAll(ahead.Select(day => database.HashGetAllAsync(keys.Day(day))));
                var said = InfoAsync(database);
                return (await all, await each, await next, await said);
            },
            cancellationToken);
        var active = Math.Max(0, new StatisticsPart(coming).ExpiringAfter(time.GetUtcNow().ToUnixTimeSeconds() / 60));
        return StatisticsResponse.Of(
            Storage(active, RedisOf(info)), new StatisticsPart([totals]),
            [
                .. days.Zip(past, (day, counted) =>
                {
                    var part = new StatisticsPart([counted]);
                    return new DayResponse(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day)), CallsResponse.Of(part, kind: null), part.By(ActivityCounts.Types));
                }),
            ]);
    }

    /// <summary>One owner's.</summary>
    public async Task<StatisticsResponse> OfOwnerAsync(string owner, CancellationToken cancellationToken)
    {
        // Known for longer than they can be had back.
        var living = (time.GetUtcNow() + PrivacyKeys.MemoryOfExpired).ToUnixTimeMilliseconds();
        var (totals, owned) = await redis.ExecuteAsync(
            "statistics.own",
            async database =>
            {
                var all = database.HashGetAllAsync(keys.OwnTotals(owner));
                var kept = database.SortedSetRangeByScoreAsync(keys.Owned(owner), living, double.PositiveInfinity, take: MostCounted);
                return (await all, await kept);
            },
            cancellationToken);
        return StatisticsResponse.Of(
            Storage(owned.Count(item => !OwnedItem.Parse((string)item!).IsScope), redisInfo: null), new StatisticsPart([totals]), days: null);
    }

    private StorageResponse Storage(long active, RedisResponse? redisInfo) =>
        new("redis", Connected: true, (long)options.Value.DefaultTimeToLive.TotalSeconds, active, redisInfo);

    /// <summary>What the server says of itself; nothing where the user of this service may not ask.</summary>
    private static async Task<string?> InfoAsync(IDatabase database)
    {
        try
        {
            return (string?)await database.ExecuteAsync("INFO");
        }
        catch (RedisServerException)
        {
            return null;
        }
    }

    private static RedisResponse? RedisOf(string? info)
    {
        if (info is null)
        {
            return null;
        }

        var facts = info.Split("\r\n").Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2).ToLookup(parts => parts[0], parts => parts[1]);
        return new RedisResponse(facts["used_memory_human"].FirstOrDefault(), Number("connected_clients"), Number("uptime_in_days"));

        long? Number(string name) => long.TryParse(facts[name].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
