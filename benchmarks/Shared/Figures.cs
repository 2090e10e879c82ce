using System.Globalization;

namespace Platform.Benchmarks;

/// <summary>Figures as the tables write them.</summary>
internal static class Figures
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    /// <summary>The median, and the lowest and highest behind it.</summary>
    public static string Range(IReadOnlyList<double> values) =>
        $"{Short(Median(values))} ({Short(values.Min())}-{Short(values.Max())})";

    /// <summary>The same for ratios.</summary>
    public static string Ratios(IReadOnlyList<double> values) => values.Max() >= 100
        ? Range(values)
        : $"{Ratio(Median(values))} ({Ratio(values.Min())}-{Ratio(values.Max())})";

    public static string Ratio(double value) => value.ToString(value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    public static string Short(double value) => value switch
    {
        >= 9_950_000 => $"{(value / 1_000_000).ToString("0.0", CultureInfo.InvariantCulture)} M",
        >= 999_500 => $"{(value / 1_000_000).ToString("0.00", CultureInfo.InvariantCulture)} M",
        >= 9_950 => $"{(value / 1000).ToString("0", CultureInfo.InvariantCulture)} k",
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.0005 => value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => "0",
    };
}
