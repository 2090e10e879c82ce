using System.Runtime.CompilerServices;

namespace Platform.Benchmarks.Masking;

/// <summary>Texts of three kinds through the detection engine, beside what else could go over them.</summary>
internal static class TextSection
{
    /// <returns>Whether a goal is missed.</returns>
    public static bool IsMissed(Arguments arguments)
    {
        var size = arguments.Read("--megabytes", 4) << 20;
        Text[] texts =
        [
            .. new[] { Text.Logs(size), Text.Json(size), Text.Prose(size) }
                .Where(text => arguments.Filter is null || text.Name.Contains(arguments.Filter, StringComparison.OrdinalIgnoreCase)),
        ];
        var rounds = arguments.Read("--rounds", 7);
        var time = TimeSpan.FromMilliseconds(arguments.Read("--burst", 300));
        var candidates = new Candidates();
        using var peer = arguments.Has("--no-peers") ? null : new Peer(Path.Combine(Folder(), "peers"));
        var masks = arguments.Has("--mask");
        List<(string Name, Func<Text, TimeSpan, double> Run, double? Goal)> beside =
        [
            ("copy of the text", candidates.Copy, null),
            ("bare scan for anchors", Candidates.BareScan, masks ? null : 0.6),
            ("one NonBacktracking pattern", Candidates.OneRegex, masks ? null : 1.5),
        ];
        if (peer is not null)
        {
            beside.Add(("redact-pii", peer.Run, 7));
        }

        Console.WriteLine($"{rounds} rounds of {time.TotalMilliseconds:0} ms on one core: medians (lowest-highest)");
        Console.WriteLine();
        Console.WriteLine($"| text | findings | {(masks ? "masking" : "engine")}, MB/s | beside | MB/s | × it | goal |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var missed = false;
        foreach (var text in texts)
        {
            var found = candidates.RequireSame(text);
            var engine = new List<double>();
            var others = beside.Select(_ => new List<double>()).ToArray();
            for (var round = -2; round < rounds; round++)
            {
                // In an order drawn anew, so that none always follows the same one.
                var own = 0d;
                var results = new double[beside.Count];
                foreach (var turn in Enumerable.Range(-1, beside.Count + 1).OrderBy(_ => Random.Shared.Next()).ToArray())
                {
                    if (turn < 0)
                    {
                        own = masks ? candidates.Mask(text, time) : candidates.Engine(text, time);
                    }
                    else
                    {
                        results[turn] = beside[turn].Run(text, time);
                    }
                }

                if (round >= 0)
                {
                    engine.Add(own);
                    Enumerable.Range(0, results.Length).ToList().ForEach(i => others[i].Add(results[i]));
                }
            }

            for (var i = 0; i < beside.Count; i++)
            {
                var ratios = engine.Zip(others[i], (own, other) => own / other).ToArray();
                var goal = text.Name == "logs" ? beside[i].Goal : null;
                var isMissed = Figures.Median(ratios) < goal;
                missed |= isMissed;
                Console.WriteLine(
                    $"| {(i == 0 ? text.Name : "")} | {(i == 0 ? $"{found}" : "")} | {(i == 0 ? Rate(engine) : "")} | {beside[i].Name} | {Rate(others[i])} | {Figures.Ratios(ratios)} | {goal}{(isMissed ? ", **missed**" : "")} |");
            }

            if (!masks && candidates.AllocatedWithoutFinding(text) is > 0 and var bytes)
            {
                missed = true;
                Console.WriteLine($"| | | {bytes} B allocated for lines without a finding, **missed** | | | | |");
            }
        }

        return missed;
    }

    private static string Rate(IReadOnlyList<double> charactersPerSecond) => Figures.Range([.. charactersPerSecond.Select(rate => rate / 1e6)]);

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
