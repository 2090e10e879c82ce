using System.Text;

namespace Platform.Benchmarks.Redis.Harness;

/// <summary>What a scenario came to.</summary>
internal sealed class Result(Scenario scenario, IReadOnlyList<Candidate> candidates)
{
    public const string Header = """
        | scenario | candidate | ops/s | × floor | best × best | CPU × floor | B/op | client µs | redis µs | commands | requests | goal |
        |---|---|---|---|---|---|---|---|---|---|---|---|
        """;

    private readonly Dictionary<Candidate, List<Measurement>> _measurements = candidates.ToDictionary(one => one, _ => new List<Measurement>());

    public void Add(Candidate candidate, Measurement measurement) => _measurements[candidate].Add(measurement);

    /// <summary>Each goal that is missed, in words.</summary>
    public IEnumerable<string> Misses() => candidates.SelectMany(candidate =>
        (candidate.Goal?.Misses(Summarize(candidate)) ?? []).Select(miss => $"{scenario.Name}, {candidate.Name}: {miss}"));

    /// <summary>One row for each candidate.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (var candidate in candidates)
        {
            var list = _measurements[candidate];
            var missed = candidate.Goal?.Misses(Summarize(candidate)).Any();
            text.AppendLine(
                $"| {scenario.Name} | {candidate.Name} | {Range(list, one => one.Rate)}"
                + $" | {(candidate == candidates[0] ? "1" : Figures.Ratios(Ratios(candidate)))}"
                + $" | {(candidate == candidates[0] ? "1" : Figures.Ratio(list.Max(one => one.Rate) / _measurements[candidates[0]].Max(one => one.Rate)))}"
                + $" | {(candidate == candidates[0] ? "1" : Figures.Ratio(Figures.Median(Costs(candidate))))} | {Median(list, one => one.Bytes)}"
                + $" | {Median(list, one => one.Processor)} | {Median(list, one => one.Redis)} | {Median(list, one => one.Commands)}"
                + $" | {Median(list, one => one.Sent)} | {candidate.Goal}{(missed == true ? " **missed**" : "")} |");
        }

        return text.ToString();
    }

    private Summary Summarize(Candidate candidate)
    {
        var list = _measurements[candidate];
        return new Summary(
            Figures.Median(list.Select(one => one.Rate)), Figures.Median(Ratios(candidate)), Figures.Median(list.Select(one => one.Bytes)),
            Figures.Median(list.Select(one => one.Commands)), Figures.Median(list.Select(one => one.Sent)));
    }

    // Round by round: what the machine did besides happened to both.
    private List<double> Ratios(Candidate candidate) =>
        [.. _measurements[candidate].Zip(_measurements[candidates[0]], (own, floor) => own.Rate / floor.Rate)];

    // Of both processes.
    private IEnumerable<double> Costs(Candidate candidate) => _measurements[candidate].Zip(
        _measurements[candidates[0]], (own, floor) => (own.Processor + own.Redis) / (floor.Processor + floor.Redis));

    private static string Range(List<Measurement> list, Func<Measurement, double> value) => Figures.Range([.. list.Select(value)]);

    private static string Median(List<Measurement> list, Func<Measurement, double> value) => Figures.Short(Figures.Median(list.Select(value)));
}
