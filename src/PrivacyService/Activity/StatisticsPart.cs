using System.Globalization;
using StackExchange.Redis;

namespace PrivacyService.Activity;

/// <summary>The counts of some time, as <see cref="ActivityCounts"/> named them.</summary>
internal sealed class StatisticsPart
{
    private readonly Dictionary<string, long> _fields = new(StringComparer.Ordinal);

    public StatisticsPart(params IEnumerable<HashEntry[]> hashes)
    {
        foreach (var entry in hashes.SelectMany(entries => entries))
        {
            if (entry.Value.TryParse(out long times))
            {
                _fields[entry.Name!] = _fields.GetValueOrDefault(entry.Name!) + times;
            }
        }
    }

    public long Calls(ActivityKind? kind, ActivityOutcome? outcome) => Kinds(kind).Sum(one => Enum.GetValues<ActivityOutcome>()
        .Where(each => outcome is null || each == outcome)
        .Sum(each => _fields.GetValueOrDefault($"{ActivityCounts.Calls}:{ActivityCounts.Word(one)}:{ActivityCounts.Word(each)}")));

    /// <param name="series">One of the words of <see cref="ActivityCounts"/> that stand before a kind.</param>
    public long Sum(string series, ActivityKind? kind) => Kinds(kind).Sum(one => _fields.GetValueOrDefault($"{series}:{ActivityCounts.Word(one)}"));

    /// <summary>How often each name of a series.</summary>
    public SortedDictionary<string, long> By(string series) => new(
        _fields.Where(field => field.Key.StartsWith(series + ":", StringComparison.Ordinal)).ToDictionary(field => field.Key[(series.Length + 1)..], field => field.Value),
        StringComparer.Ordinal);

    public long[] Durations(ActivityKind? kind)
    {
        var buckets = new long[DurationBuckets.Count];
        foreach (var one in Kinds(kind))
        {
            for (var i = 0; i < buckets.Length; i++)
            {
                buckets[i] += _fields.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"{ActivityCounts.Durations}:{ActivityCounts.Word(one)}:{i}"));
            }
        }

        return buckets;
    }

    /// <summary>Documents that can be had back after some minute (since 1970).</summary>
    public long ExpiringAfter(long minute) => By(ActivityCounts.Expiring)
        .Where(field => long.TryParse(field.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at >= minute).Sum(field => field.Value);

    private static ActivityKind[] Kinds(ActivityKind? kind) => kind is { } one ? [one] : Enum.GetValues<ActivityKind>();
}
