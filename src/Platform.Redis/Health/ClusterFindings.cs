namespace Platform.Redis.Health;

/// <summary>The findings of every primary as one list; where there are several, a finding says which of them it is about.</summary>
internal static class ClusterFindings
{
    public static List<RedisFinding> Of(IReadOnlyList<ToldFacts> told, Func<ToldFacts, List<RedisFinding>> judge) =>
        told switch
        {
            [{ Name: null }] => judge(told[0]),
            _ =>
            [
                .. told.SelectMany(primary => judge(primary).Concat(OfCluster(primary.Facts)).Select(finding => (primary.Name, Finding: finding)))
                    .GroupBy(one => one.Finding.Id)
                    .Select(same => same.First().Finding with
                    {
                        Actual = string.Join("; ", same.Select(one => $"{one.Name}: {one.Finding.Actual}")),
                    }),
            ],
        };

    private static IEnumerable<RedisFinding> OfCluster(ServerFacts facts)
    {
        if (facts.Config("cluster-require-full-coverage") == "yes")
        {
            yield return new("cluster-full-coverage", RedisFindingSeverity.Information, "yes", "no: what is left is served when a primary is away",
                "CONFIG SET cluster-require-full-coverage no");
        }
    }
}
