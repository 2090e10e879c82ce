using System.Text.Json;
using Platform.ServiceDefaults.Http;
using Platform.Tasks.Client;

namespace Platform.Tasks.Schedules;

/// <summary>What a schedule says: when, and which task. It lies in Redis as JSON; equal definitions are equal texts.</summary>
internal sealed record ScheduleDefinition
{
    public const string Utc = "UTC";
    public const int DefaultCap = 100;
    public const int HighestCap = 1000;

    public required string Cron { get; init; }

    /// <summary>An IANA name.</summary>
    public required string TimeZone { get; init; }

    public required string Type { get; init; }

    public required JsonElement Payload { get; init; }

    public required string Queue { get; init; }

    public required TaskPriority Priority { get; init; }

    public required MissedRuns MissedRuns { get; init; }

    /// <summary>Of the missed runs that all happen, no more than the last so many do.</summary>
    public required int MissedRunsCap { get; init; }

    public static ScheduleDefinition Parse(string json) =>
        JsonSerializer.Deserialize<ScheduleDefinition>(json, JsonDefaults.Options) ?? throw new JsonException("The definition is null.");

    public string ToJson() => JsonSerializer.Serialize(this, JsonDefaults.Options);

    /// <exception cref="CronFormatException">The expression is not one.</exception>
    /// <exception cref="TimeZoneNotFoundException">There is no such zone here.</exception>
    public ScheduleTimes Times() => ScheduleTimes.Parse(Cron, TimeZone);

    public bool HasTimesOf(ScheduleDefinition other) => Cron == other.Cron && TimeZone == other.TimeZone;
}
