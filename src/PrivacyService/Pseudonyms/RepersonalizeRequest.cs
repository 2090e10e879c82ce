using System.ComponentModel;
using System.Text.Json.Serialization;
using PrivacyService.Documents;
using PrivacyService.Masking;

namespace PrivacyService.Pseudonyms;

/// <summary>Either a document with pseudonyms in it, or the id of the call that made one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RepersonalizeRequest
{
    [Description("JSON with pseudonyms anywhere in its strings.")]
    public RawJson Document { get; init; }

    [Description("Restores pseudonyms of this scope only.")]
    public string? Scope { get; init; }

    [Description("What to do when an original is missing: strict fails and names them, lenient leaves them and lists them.")]
    public RestoreMode Mode { get; init; }

    [Description("format also turns stand-ins back, and needs the scope. A stand-in that is not known looks like any number, and stays.")]
    public MaskStyle Style { get; init; }

    [Description("Instead of a document: gives back the whole original of that call.")]
    public string? PseudonymId { get; init; }

    [JsonPropertyName("pseudonym_id"), Description("The same, as clients of before write it.")]
    public string? LegacyPseudonymId { get; init; }

    [Description("What the originals are for, in 1 to 200 characters; it is written down for their owner. Services must say.")]
    public string? Purpose { get; init; }

    /// <summary>However it was written.</summary>
    [JsonIgnore]
    public string? Id => PseudonymId ?? LegacyPseudonymId;
}
