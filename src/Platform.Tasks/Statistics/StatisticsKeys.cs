using System.Globalization;
using Platform.Redis.Keys;
using StackExchange.Redis;

namespace Platform.Tasks.Statistics;

/// <summary>The keys of what is counted.</summary>
internal sealed class StatisticsKeys(Keyspace keyspace)
{
    /// <summary>Statistics tell of the last hour by minutes.</summary>
    public static readonly TimeSpan MinuteLifetime = TimeSpan.FromHours(2);

    public static readonly KeyFamily MinuteFamily = new(
        "minute", 1, KeyType.Hash, KeyTtl.Within(MinuteLifetime), "one for each minute of the last hours; per type 8 counts and two times 128 durations at most",
        "Platform.Tasks.Statistics", PersonalData: false, "What happened to tasks in a minute");

    public static readonly KeyFamily TotalsFamily = new(
        "totals", 1, KeyType.Hash, KeyTtl.None("Counts since ever."), "8 fields for each type", "Platform.Tasks.Statistics", PersonalData: false,
        "What happened to tasks since ever");

    public RedisKey Totals { get; } = keyspace.Key(TotalsFamily, TaskKeys.Queue);

    /// <param name="minute">Since 1970.</param>
    public RedisKey Minute(long minute) => keyspace.Key(MinuteFamily, TaskKeys.Queue, minute.ToString(CultureInfo.InvariantCulture));
}
