namespace Platform.Tasks.Statistics;

/// <summary>
/// Durations counted by size: four buckets for each doubling, from a millisecond to months, so that a percentile is right to a fifth and its cost does not
/// grow with what is counted.
/// </summary>
internal static class DurationBuckets
{
    public const int Count = 128;

    private const int PerDoubling = 4;

    public static int Of(TimeSpan duration)
    {
        var milliseconds = duration.TotalMilliseconds;
        return milliseconds <= 1 ? 0 : Math.Min(Count - 1, (int)Math.Ceiling(PerDoubling * Math.Log2(milliseconds)));
    }

    /// <returns>What so great a share of the durations does not exceed; null where there are none.</returns>
    public static TimeSpan? Percentile(IReadOnlyList<long> counts, double share)
    {
        var rank = (long)Math.Ceiling(counts.Sum() * share);
        for (var (i, below) = (0, 0L); i < counts.Count; i++)
        {
            below += counts[i];
            if (rank > 0 && below >= rank)
            {
                return TimeSpan.FromMilliseconds(Math.Pow(2, i / (double)PerDoubling));
            }
        }

        return null;
    }
}
