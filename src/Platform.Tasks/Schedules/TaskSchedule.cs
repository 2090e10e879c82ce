using System.Globalization;
using StackExchange.Redis;

namespace Platform.Tasks.Schedules;

/// <summary>A schedule as it stands in Redis.</summary>
internal sealed record TaskSchedule
{
    public const int MostRecent = 5;

    public required string Name { get; init; }

    /// <summary>Another with every change that somebody makes; runs do not change it.</summary>
    public required long Version { get; init; }

    /// <summary>JSON of a <see cref="ScheduleDefinition"/>.</summary>
    public required string Definition { get; init; }

    /// <summary>The definition that code gave last; null when none did.</summary>
    public string? Registered { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>Somebody deleted what code registers: a mark, so that it does not come back with the next start.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>The first slot that nothing became of yet.</summary>
    public DateTimeOffset? Next { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<ScheduleRun> Recent { get; init; }

    /// <returns>Null when there is no such schedule.</returns>
    public static TaskSchedule? Parse(string name, HashEntry[] fields)
    {
        if (fields.Length == 0)
        {
            return null;
        }

        var values = fields.ToDictionary(field => (string)field.Name!, field => field.Value, StringComparer.Ordinal);
        return new TaskSchedule
        {
            Name = name,
            Version = (long)values["version"],
            Definition = values["definition"]!,
            Registered = values.GetValueOrDefault("registered"),
            Enabled = values["enabled"] == 1,
            IsRemoved = values.ContainsKey("removed"),
            Next = values.TryGetValue("next", out var next) ? Time((long)next) : null,
            CreatedAt = Time((long)values["created"]),
            UpdatedAt = Time((long)values["updated"]),
            Recent = values.TryGetValue("recent", out var recent) ? [.. ((string)recent!).Split(' ').Select(ScheduleRun.Parse)] : [],
        };
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>A run that was enqueued.</summary>
/// <param name="At">Its slot, or when somebody asked for it.</param>
/// <param name="IsManual">Somebody asked for it.</param>
internal sealed record ScheduleRun(DateTimeOffset At, string TaskId, bool IsManual)
{
    /// <param name="text">As FireSchedule.lua writes it: <c>1774659600000:tsk_…:slot</c>.</param>
    public static ScheduleRun Parse(string text)
    {
        var parts = text.Split(':');
        return new(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture)), parts[1], parts[2] == "manual");
    }
}
