namespace Platform.Redis.Health;

/// <summary>The findings of every primary as one list; where there are several, a finding says which of them it is about.</summary>
internal static class ClusterFindings
{
    /// <summary>Null where no primary was asked for its facts, or none told.</summary>
    public static List<RedisFinding>? Of(ProbeOutcome outcome, Func<ServerFacts, List<RedisFinding>> judge)
    {
        var told = outcome.Primaries.Where(primary => primary.Facts is not null).ToList();
        return told switch
        {
            [] => null,
            [{ Name: null }] => judge(told[0].Facts!),
            _ =>
            [
                .. told.SelectMany(primary => judge(primary.Facts!).Concat(OfCluster(primary.Facts!)).Select(finding => (primary.Name, Finding: finding)))
                    .GroupBy(one => one.Finding.Id)
                    .Select(same => same.First().Finding with
                    {
                        Actual = string.Join("; ", same.Select(one => $"{one.Name}: {one.Finding.Actual}")),
                    }),
            ],
        };
    }

    private static IEnumerable<RedisFinding> OfCluster(ServerFacts facts)
    {
        if (facts.Config("cluster-require-full-coverage") == "yes")
        {
            yield return new("cluster-full-coverage", RedisFindingSeverity.Information, "yes", "no: what is left is served when a primary is away",
                "CONFIG SET cluster-require-full-coverage no");
        }
    }
}
