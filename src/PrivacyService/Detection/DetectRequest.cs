using System.ComponentModel;
using System.Text.Json.Serialization;
using PrivacyService.Documents;

namespace PrivacyService.Detection;

/// <summary>A misspelt member is refused: it may have been the one that finds something.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DetectRequest : DetectionWishes
{
    [Description("Any JSON; names of fields tell of personal data too. Either this or text.")]
    public RawJson Document { get; init; }

    [Description("Text without structure. Either this or document.")]
    public string? Text { get; init; }
}
