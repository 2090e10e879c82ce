using StackExchange.Redis;

namespace Platform.Tasks.Statistics;

/// <param name="Totals">Since ever: counts only.</param>
/// <param name="LastHour">With durations.</param>
/// <param name="Minutes">The last hour, oldest first.</param>
internal sealed record TaskStatistics(
    StatisticsPart Totals, StatisticsPart LastHour, IReadOnlyList<(DateTimeOffset Minute, StatisticsPart Part)> Minutes);

/// <summary>What was counted in some time, by type. What has no type, such as claims, stands under the empty one.</summary>
internal sealed class StatisticsPart
{
    private readonly Dictionary<string, TypeStatistics> _types = new(StringComparer.Ordinal);

    public IEnumerable<string> Types => _types.Keys.Where(type => type.Length > 0).Order(StringComparer.Ordinal);

    /// <summary>Of all types together.</summary>
    public TypeStatistics All { get; } = new();

    public TypeStatistics Of(string type) => _types.GetValueOrDefault(type) ?? new TypeStatistics();

    public static StatisticsPart Of(IEnumerable<HashEntry[]> counted)
    {
        var part = new StatisticsPart();
        foreach (var entry in counted.SelectMany(entries => entries))
        {
            if (StatisticsField.TryParse(entry.Name!, out var field) && entry.Value.TryParse(out long times))
            {
                part.All.Add(field, times);
                if (!part._types.TryGetValue(field.Type, out var type))
                {
                    part._types[field.Type] = type = new TypeStatistics();
                }

                type.Add(field, times);
            }
        }

        return part;
    }
}

internal sealed class TypeStatistics
{
    private readonly long[] _counts = new long[StatisticsField.Words.Count];
    private readonly long[] _waits = new long[DurationBuckets.Count];
    private readonly long[] _runs = new long[DurationBuckets.Count];

    public IReadOnlyList<long> Waits => _waits;

    public IReadOnlyList<long> Runs => _runs;

    public long this[TaskCount what] => _counts[(int)what];

    public void Add(StatisticsField field, long times)
    {
        var series = field.Series switch
        {
            StatisticsSeries.Waits => _waits,
            StatisticsSeries.Runs => _runs,
            _ => _counts,
        };
        series[field.Place] += times;
    }
}
