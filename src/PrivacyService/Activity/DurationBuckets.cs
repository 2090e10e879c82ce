namespace PrivacyService.Activity;

/// <summary>
/// Durations counted by size: four buckets for each doubling, from a tenth of a millisecond to half an hour, so that a percentile is right to a
/// fifth and its cost does not grow with what is counted.
/// </summary>
internal static class DurationBuckets
{
    public const int Count = 96;

    private const int PerDoubling = 4;
    private const double Smallest = 0.1;

    public static int Of(double milliseconds) =>
        milliseconds <= Smallest ? 0 : Math.Min(Count - 1, (int)Math.Ceiling(PerDoubling * Math.Log2(milliseconds / Smallest)));

    /// <returns>What so great a share of the durations does not exceed, in milliseconds; null where there are none.</returns>
    public static double? Percentile(IReadOnlyList<long> counts, double share)
    {
        var rank = (long)Math.Ceiling(counts.Sum() * share);
        for (var (i, below) = (0, 0L); i < counts.Count; i++)
        {
            below += counts[i];
            if (rank > 0 && below >= rank)
            {
                return Math.Round(Smallest * Math.Pow(2, i / (double)PerDoubling), 3);
            }
        }

        return null;
    }
}
