using System.Text;

namespace Platform.Benchmarks.Http;

/// <summary>What the cases came to, round by round.</summary>
internal sealed class Outcome(IReadOnlyList<Case> cases)
{
    private readonly Dictionary<string, List<(Load Load, double Processor)>> _rounds = cases.ToDictionary(one => one.Name, _ => new List<(Load, double)>());

    public void Add(Case one, Load load, double processor) => _rounds[one.Name].Add((load, processor));

    public string ToMarkdown()
    {
        var text = new StringBuilder()
            .AppendLine("| what | requests/s | × yardstick | goal | p50 µs | p99 µs | server CPU µs | CPU × yardstick |")
            .AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var one in cases)
        {
            var rounds = _rounds[one.Name];
            var yardstick = one.Yardstick is null ? null : _rounds[one.Yardstick];
            var missed = yardstick is not null && Figures.Median(Rates(one)) < one.Goal;
            text.AppendLine(
                $"| {one.Name} | {Figures.Range([.. rounds.Select(round => round.Load.Rate)])}"
                + $" | {(yardstick is null ? "" : $"{Figures.Ratios(Rates(one))} of {one.Yardstick}")}"
                + $" | {(one.Goal is { } goal ? $"≥ {goal:0.##}" : "")}{(missed ? " **missed**" : "")}"
                + $" | {Median(rounds, round => round.Load.Median)} | {Median(rounds, round => round.Load.Percentile99)}"
                + $" | {Median(rounds, round => round.Processor)}"
                + $" | {(yardstick is null ? "" : Figures.Ratios([.. rounds.Zip(yardstick, (own, other) => own.Processor / other.Processor)]))} |");
        }

        return text.ToString();
    }

    public IEnumerable<string> Misses() => cases
        .Where(one => one.Yardstick is not null && Figures.Median(Rates(one)) < one.Goal)
        .Select(one => $"{one.Name}: {Figures.Ratio(Figures.Median(Rates(one)))} of {one.Yardstick}, goal {one.Goal:0.##}");

    private List<double> Rates(Case one) =>
        [.. _rounds[one.Name].Zip(_rounds[one.Yardstick!], (own, other) => own.Load.Rate / other.Load.Rate)];

    private static string Median(IEnumerable<(Load Load, double Processor)> rounds, Func<(Load Load, double Processor), double> value) =>
        Figures.Short(Figures.Median(rounds.Select(value)));
}
