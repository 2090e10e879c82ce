using System.Globalization;
using System.Text;

namespace Platform.Benchmarks.Tasks.Harness;

/// <summary>What a section came to.</summary>
internal sealed class Result(Section section, IReadOnlyList<Candidate> candidates)
{
    private readonly List<Dictionary<Candidate, Sample>> _rounds = [];

    private bool IsLatency => section.Goals.Any(goal => goal.Measure == Measure.P50);

    public void Add(Dictionary<Candidate, Sample> round) => _rounds.Add(round);

    /// <summary>A row for each candidate, and one for each goal.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {section.Name} | | {(IsLatency ? "p50 µs | p99 µs" : "tasks/s")} | client µs | B | redis µs | commands | requests |");
        text.AppendLine(IsLatency ? "|---|---|---|---|---|---|---|---|---|" : "|---|---|---|---|---|---|---|---|");
        foreach (var candidate in candidates)
        {
            var rate = IsLatency ? $"{Range(candidate, one => one.P50)} | {Range(candidate, one => one.P99)}" : Range(candidate, one => one.Rate);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {candidate.Group} | {candidate.Name} | {rate} | {Median(candidate, one => one.Processor)} | {Median(candidate, one => one.Bytes)}"
                + $" | {Median(candidate, one => one.Redis)} | {Median(candidate, one => one.Commands)} | {Median(candidate, one => one.Sent)} |");
        }

        foreach (var (goal, ratios) in Reached())
        {
            var isMet = goal.IsMet(Figures.Median(ratios));
            text.AppendLine(CultureInfo.InvariantCulture, $"- {Words(goal)}: {Figures.Ratios(ratios)}{(isMet ? "" : " **missed**")}");
        }

        return text.ToString();
    }

    /// <summary>Each goal that is missed, in words.</summary>
    public IEnumerable<string> Misses() => Reached()
        .Where(reached => !reached.Goal.IsMet(Figures.Median(reached.Ratios)))
        .Select(reached => $"{section.Name}, {Words(reached.Goal)}: {Figures.Ratios(reached.Ratios)}");

    /// <summary>Goals beside those who took part.</summary>
    private IEnumerable<(Goal Goal, List<double> Ratios)> Reached() => section.Goals
        .Where(goal => goal.Beside.Length == 0 || candidates.Any(candidate => candidate.Group == goal.Beside))
        .Select(goal => (goal, _rounds.ConvertAll(round => Best(round, goal.Group, goal.Measure) / (goal.Beside.Length == 0 ? 1 : Best(round, goal.Beside, goal.Measure)))));

    /// <summary>Each at its best in this round.</summary>
    private static double Best(Dictionary<Candidate, Sample> round, string group, Measure measure)
    {
        var values = round.Where(one => one.Key.Group == group).Select(one => measure switch
        {
            Measure.Rate => one.Value.Rate,
            Measure.P50 => one.Value.P50,
            Measure.P99 => one.Value.P99,
            _ => one.Value.Sent,
        });
        return measure == Measure.Rate ? values.Max() : values.Min();
    }

    private static string Words(Goal goal)
    {
        var name = goal.Measure switch { Measure.Rate => "rate", Measure.P50 => "p50", Measure.P99 => "p99", _ => "requests for a task" };
        var bound = string.Create(CultureInfo.InvariantCulture, $"{(goal.Measure == Measure.Rate ? "≥" : "≤")} {goal.Bound:0.##}");
        return goal.Beside.Length == 0 ? $"{name} {bound}" : $"{name} {bound} × {goal.Beside}";
    }

    private string Range(Candidate candidate, Func<Sample, double> value) => Figures.Range(_rounds.ConvertAll(round => value(round[candidate])));

    private string Median(Candidate candidate, Func<Sample, double> value)
    {
        var median = Figures.Median(_rounds.Select(round => value(round[candidate])));
        return double.IsNaN(median) ? "" : Figures.Short(median);
    }
}
