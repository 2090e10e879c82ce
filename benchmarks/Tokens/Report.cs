using System.Text;

namespace Platform.Benchmarks.Tokens;

/// <summary>One line for each figure: what it came to, what it may come to, and what it stands beside.</summary>
internal sealed class Report
{
    private readonly StringBuilder _lines = new StringBuilder().AppendLine("| what | figure | goal | beside |").AppendLine("|---|---|---|---|");

    public bool HasMiss { get; private set; }

    /// <param name="what">What was measured, with its unit.</param>
    /// <param name="rounds">What each round came to.</param>
    /// <param name="beside">What it is compared to.</param>
    /// <param name="most">The goal, where there is an upper one.</param>
    /// <param name="least">The goal, where there is a lower one.</param>
    public void Add(string what, IReadOnlyList<double> rounds, string beside, double? most = null, double? least = null)
    {
        var median = Figures.Median(rounds);
        var missed = median > most || median < least;
        HasMiss |= missed;
        var goal = most is { } upper ? $"≤ {upper:0.##}" : least is { } lower ? $"≥ {lower:0.##}" : "";
        var range = rounds.Count > 1 ? $"{Short(median)} ({Short(rounds.Min())}-{Short(rounds.Max())})" : Short(median);
        _lines.AppendLine($"| {what} | {range} | {goal}{(missed ? " **missed**" : "")} | {beside} |");
    }

    public string ToMarkdown() => _lines.ToString();

    // Differences may be negative, which the shared figures never are.
    private static string Short(double value) => value < 0 ? "-" + Figures.Short(-value) : Figures.Short(value);
}
