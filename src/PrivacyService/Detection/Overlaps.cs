namespace PrivacyService.Detection;

/// <summary>Keeps findings in order of appearance, none overlapping another.</summary>
internal static class Overlaps
{
    /// <summary>
    /// Of two that overlap the longer names the finding, then the surer; but what must not be restorable is never hidden inside
    /// what is. The span covers both, so that no piece of the loser stays readable. A finding is merged away at most once, which
    /// keeps a scan linear.
    /// </summary>
    public static void Settle(List<Finding> findings, Finding finding)
    {
        // Recognisers look to both sides, so one may come that belongs before the last; rarely, and never far.
        var index = findings.Count;
        while (index > 0 && findings[index - 1].Start >= finding.End)
        {
            index--;
        }

        var last = index;
        while (index > 0 && findings[index - 1].End > finding.Start)
        {
            index--;
            finding = Merge(findings[index], finding);
        }

        if (index == last)
        {
            findings.Insert(index, finding);
            return;
        }

        findings[index] = finding;
        findings.RemoveRange(index + 1, last - index - 1);
    }

    private static Finding Merge(Finding first, Finding second)
    {
        var start = Math.Min(first.Start, second.Start);
        var end = Math.Max(first.End, second.End);
        return (Outdoes(second, first) ? second : first) with { Start = start, Length = end - start };
    }

    private static bool Outdoes(Finding one, Finding other)
    {
        // Most often of one type, and then there is nothing to look up.
        var hides = one.Type != other.Type ? DataKind.IsReversible(other.Type).CompareTo(DataKind.IsReversible(one.Type)) : 0;
        return (hides, one.Length.CompareTo(other.Length)) switch
        {
            (0, 0) => one.Score > other.Score,
            (0, var longer) => longer > 0,
            _ => hides > 0,
        };
    }
}
