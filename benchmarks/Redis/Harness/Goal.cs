using System.Globalization;

namespace Platform.Benchmarks.Redis.Harness;

/// <summary>What a candidate must reach. What is not set is not checked.</summary>
/// <param name="Ratio">The least median ratio of its rate to the floor's in the same round.</param>
internal sealed record Goal(double? Ratio = null)
{
    /// <summary>The least operations per second, whatever the floor does.</summary>
    public double? Rate { get; init; }

    /// <summary>The most bytes allocated per operation. Half a byte is allowed for what other threads allocate meanwhile.</summary>
    public double? Bytes { get; init; }

    /// <summary>The most commands that Redis counts per operation, those within a script included.</summary>
    public double? Commands { get; init; }

    /// <summary>The most requests sent to Redis per operation: an upper bound of its round trips.</summary>
    public double? Sent { get; init; }

    /// <summary>Each part that is missed, in words.</summary>
    public IEnumerable<string> Misses(Summary summary)
    {
        if (Ratio is { } ratio && summary.Ratio < ratio)
        {
            yield return $"{Figures.Ratio(summary.Ratio)} of the floor, goal {Figures.Ratio(ratio)}";
        }

        if (Rate is { } rate && summary.Rate < rate)
        {
            yield return $"{Figures.Short(summary.Rate)}/s, goal {Figures.Short(rate)}/s";
        }

        if (Bytes is { } bytes && summary.Bytes > bytes + 0.5)
        {
            yield return $"{Figures.Short(summary.Bytes)} B, goal {Figures.Short(bytes)} B";
        }

        // A connection's own traffic and the harness's stand beside thousands of operations.
        if (Commands is { } commands && summary.Commands > commands * 1.02)
        {
            yield return $"{Figures.Short(summary.Commands)} commands, goal {Figures.Short(commands)}";
        }

        if (Sent is { } sent && summary.Sent > sent * 1.02)
        {
            yield return $"{Figures.Short(summary.Sent)} requests, goal {Figures.Short(sent)}";
        }
    }

    public override string ToString()
    {
        List<string> parts = [];
        if (Ratio is { } ratio)
        {
            parts.Add("≥ " + ratio.ToString("0.##", CultureInfo.InvariantCulture) + " ×");
        }

        if (Rate is { } rate)
        {
            parts.Add($"≥ {Figures.Short(rate)}/s");
        }

        if (Bytes is { } bytes)
        {
            parts.Add($"≤ {bytes:0} B");
        }

        if (Commands is { } commands)
        {
            parts.Add($"≤ {commands:0} commands");
        }

        if (Sent is { } sent)
        {
            parts.Add($"≤ {sent:0} requests");
        }

        return string.Join(", ", parts);
    }
}
