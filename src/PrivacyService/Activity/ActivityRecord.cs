using System.Text.Json;
using System.Text.Json.Serialization;

namespace PrivacyService.Activity;

/// <summary>A call that has ended. It names no person, no value and no pseudonym.</summary>
/// <param name="At">When it ended, by the clock of the process.</param>
/// <param name="Owner">Whose data it was, as the HMAC under which their keys stand; null where that is not known.</param>
/// <param name="Scope">The tag of the scope; null where the call named none.</param>
/// <param name="Code">The problem's code; null for a success.</param>
/// <param name="Values">Values replaced or put back.</param>
/// <param name="Missing">Pseudonyms without an original.</param>
/// <param name="Types">How many were found of each type.</param>
/// <param name="Milliseconds">How long it took, within the service and for the upstream.</param>
/// <param name="TraceId">Finds the request in the traces.</param>
internal sealed record ActivityRecord(
    ActivityKind Kind, ActivityOutcome Outcome, CallerKind By, DateTimeOffset At, string? Owner, string? Scope, string? Code, int Values, int Missing,
    IReadOnlyDictionary<string, int> Types, double Milliseconds, string? TraceId)
{
    /// <summary>Until when the document that the call keeps can be had back; null where it keeps none.</summary>
    [JsonIgnore]
    public DateTimeOffset? KeptUntil { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, ActivityJson.Default.ActivityRecord);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ActivityRecord))]
internal sealed partial class ActivityJson : JsonSerializerContext;
