using System.Globalization;
using System.Text;

namespace Platform.Benchmarks.SocketLayer;

internal sealed class Results
{
    private readonly Dictionary<(Scenario, IClient), List<Measurement>> _measurements = [];

    public void Add(Scenario scenario, IClient client, Measurement measurement)
    {
        if (!_measurements.TryGetValue((scenario, client), out var list))
        {
            _measurements[(scenario, client)] = list = [];
        }

        list.Add(measurement);
    }

    /// <summary>One table; the ratios are medians of the ratios of each round.</summary>
    public string ToMarkdown(IClient subject, IClient yardstick)
    {
        var text = new StringBuilder()
            .AppendLine("| operation | in flight | client | ops/s | p50 us | p99 us | client CPU us | B/op |")
            .AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var scenario in Scenario.All)
        {
            foreach (var client in new[] { subject, yardstick })
            {
                var list = _measurements[(scenario, client)];
                text.AppendLine(
                    $"| {scenario.Name} | {scenario.InFlight} | {client.Name} | {Range(list, m => m.Rate)} | {Range(list, m => m.Median)}"
                    + $" | {Range(list, m => m.Percentile99)} | {Range(list, m => m.Processor)} | {Range(list, m => m.Allocated)} |");
            }

            var pairs = _measurements[(scenario, subject)].Zip(_measurements[(scenario, yardstick)]).ToList();
            text.AppendLine(
                $"| | | ratio | {Ratio(pairs, m => m.Rate)} | {Ratio(pairs, m => m.Median)} | {Ratio(pairs, m => m.Percentile99)}"
                + $" | {Ratio(pairs, m => m.Processor)} | |");
        }

        return text.ToString();
    }

    private static string Range(List<Measurement> list, Func<Measurement, double> value)
        => $"{Short(MedianOf(list.Select(value)))} ({Short(list.Min(value))}-{Short(list.Max(value))})";

    private static string Ratio(List<(Measurement Subject, Measurement Yardstick)> pairs, Func<Measurement, double> value)
        => MedianOf(pairs.Select(pair => value(pair.Subject) / value(pair.Yardstick))).ToString("0.00", CultureInfo.InvariantCulture);

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Short(double value)
        => value >= 10_000 ? $"{value / 1000:0} k" : value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
