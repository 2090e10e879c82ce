using System.Globalization;

namespace Platform.Benchmarks;

/// <summary>What Redis and the connection have counted so far.</summary>
/// <param name="Commands">Commands carried out, those within scripts included; INFO itself is not.</param>
/// <param name="MainThread">Processor seconds of the server's main thread.</param>
/// <param name="Sent">Requests sent over the connection.</param>
internal sealed record Counters(double Commands, double MainThread, double Sent)
{
    private const string CommandPrefix = "cmdstat_";

    /// <summary>Reads the text of <c>INFO all</c>.</summary>
    public static Counters Read(string? info, double sent)
    {
        double commands = 0;
        double processor = 0;
        foreach (var line in (info ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith(CommandPrefix, StringComparison.Ordinal) && !line.StartsWith(CommandPrefix + "info:", StringComparison.Ordinal))
            {
                commands += Number(line, "calls=");
            }
            else if (line.StartsWith("used_cpu_user_main_thread:", StringComparison.Ordinal)
                || line.StartsWith("used_cpu_sys_main_thread:", StringComparison.Ordinal))
            {
                processor += Number(line, ":");
            }
        }

        return new Counters(commands, processor, sent);
    }

    private static double Number(string line, string after)
    {
        var start = line.IndexOf(after, StringComparison.Ordinal) + after.Length;
        var end = line.IndexOf(',', start);
        return double.Parse(line[start..(end < 0 ? line.Length : end)], CultureInfo.InvariantCulture);
    }
}
