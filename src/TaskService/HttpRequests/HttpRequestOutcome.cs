using System.Text.Json.Serialization;

namespace TaskService.HttpRequests;

/// <param name="DurationMs">Until the answer began.</param>
/// <param name="ContentType">Of what came back.</param>
internal sealed record HttpRequestOutcome(int Status, long DurationMs, string? ContentType)
{
    /// <summary>The beginning of what came back, where it was to be kept and is text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Response { get; init; }

    /// <summary>Whether more came back than was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ResponseTruncated { get; init; }
}
