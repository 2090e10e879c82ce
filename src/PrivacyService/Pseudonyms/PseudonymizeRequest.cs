using System.ComponentModel;
using System.Text.Json.Serialization;
using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.Masking;

namespace PrivacyService.Pseudonyms;

/// <summary>A misspelt member is refused: it may have been the one that protects something.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PseudonymizeRequest : DetectionWishes
{
    [Description("Any JSON.")]
    public RawJson Document { get; init; }

    [Description("Property names, anywhere and in any letter case, or dotted paths with * for one step; their values are replaced whole.")]
    public IReadOnlyList<string>? Fields { get; init; }

    [Description("Property names or paths, as those of fields, whose values stay as they are, with all that is in them.")]
    public IReadOnlyList<string>? ExceptFields { get; init; }

    [Description("Whether personal data is found in all else, by the names of fields and in text; on unless set to false. Secrets are replaced for good: [redacted:secret].")]
    public bool? Detect { get; init; }

    [Description("Within it the same value has the same pseudonym: request:<id>, conversation:<id>, subject, tenant. This call alone when not given.")]
    public string? Scope { get; init; }

    [Description("How long the originals can be had back: 60 s to 7 days, 24 hours when not given.")]
    public long? TtlSeconds { get; init; }

    [Description("What pseudonyms look like: token (when not given), or format, which gives e-mail addresses, cards and phones stand-ins of their own form; a number goes on being one.")]
    public MaskStyle Style { get; init; }
}
