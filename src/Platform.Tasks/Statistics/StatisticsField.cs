using System.Globalization;

namespace Platform.Tasks.Statistics;

/// <summary>What is counted of tasks of a type.</summary>
internal enum TaskCount
{
    Submitted,
    Succeeded,
    Failed,
    Dead,
    Cancelled,

    /// <summary>Attempts after which the task is to be tried again.</summary>
    Retried,

    /// <summary>Deliveries taken over from workers that gave no sign.</summary>
    Claimed,

    /// <summary>Attempts whose writes were refused, because another had taken over.</summary>
    Refused,
}

internal enum StatisticsSeries
{
    Counts,
    Waits,
    Runs,
}

/// <summary>One number of the statistics, as it is named in Redis: <c>succeeded:pseudonymize-records</c>, <c>wait.17:…</c>.</summary>
internal readonly record struct StatisticsField(StatisticsSeries Series, int Place, string Type)
{
    private const string Wait = "wait.";
    private const string Run = "run.";

    /// <summary>By <see cref="TaskCount"/>.</summary>
    public static readonly IReadOnlyList<string> Words = [.. Enum.GetNames<TaskCount>().Select(name => name.ToLowerInvariant())];

    public static bool TryParse(string text, out StatisticsField field)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, type) = colon < 0 ? ("", "") : (text[..colon], text[(colon + 1)..]);
        field = name.StartsWith(Wait, StringComparison.Ordinal) ? new(StatisticsSeries.Waits, Number(name[Wait.Length..], DurationBuckets.Count), type)
            : name.StartsWith(Run, StringComparison.Ordinal) ? new(StatisticsSeries.Runs, Number(name[Run.Length..], DurationBuckets.Count), type)
            : new(StatisticsSeries.Counts, IndexOf(name), type);
        return field.Place >= 0;
    }

    public override string ToString() => Series switch
    {
        StatisticsSeries.Waits => string.Create(CultureInfo.InvariantCulture, $"{Wait}{Place}:{Type}"),
        StatisticsSeries.Runs => string.Create(CultureInfo.InvariantCulture, $"{Run}{Place}:{Type}"),
        _ => $"{Words[Place]}:{Type}",
    };

    private static int Number(string text, int below) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < below ? number : -1;

    private static int IndexOf(string word)
    {
        for (var i = 0; i < Words.Count; i++)
        {
            if (Words[i] == word)
            {
                return i;
            }
        }

        return -1;
    }
}
