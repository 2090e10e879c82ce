using System.ComponentModel;
using System.Text.Json.Serialization;
using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.Pseudonyms;

namespace PrivacyService.Masking;

/// <summary>A misspelt member is refused: it may have been the one that protects something.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MaskRequest : DetectionWishes
{
    [Description("A text of any kind: a log, a prompt, HCL, the output of a command. Either this or a document.")]
    public string? Text { get; init; }

    [Description("Any JSON; its strings are masked, and the numbers that are identifiers.")]
    public RawJson Document { get; init; }

    [Description("Within it the same value has the same mask: request:<id>, conversation:<id>, subject, tenant. This call alone when not given.")]
    public string? Scope { get; init; }

    [Description("How long masks can be turned back: 60 s to 7 days, 24 hours when not given.")]
    public long? TtlSeconds { get; init; }

    [Description("What is done about types, those of the call's own among them, the families aws and pii, or * for all others: mask (when not given), redact, block or report.")]
    public IReadOnlyDictionary<string, MaskMode>? Modes { get; init; }

    [Description("What masks look like: token (when not given) says what was there; format gives AWS identifiers, e-mail addresses, cards and phones stand-ins of their own form, which parsers accept.")]
    public MaskStyle Style { get; init; }
}

/// <param name="Text">The masked text, where a text was sent.</param>
/// <param name="Document">The masked document, where one was sent.</param>
/// <param name="Scope">What the masks are of; names the call where it named none.</param>
/// <param name="Found">How many there were of each type, whatever was done about them.</param>
/// <param name="ExpiresAt">Until when the masks can be turned back.</param>
internal sealed record MaskResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RawJson? Document,
    string Scope,
    int Masked,
    int Redacted,
    int Reported,
    IReadOnlyDictionary<string, int> Found,
    DateTimeOffset ExpiresAt);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UnmaskRequest
{
    [Description("A text with masks in it. Either this or a document.")]
    public string? Text { get; init; }

    [Description("JSON with masks anywhere in its strings.")]
    public RawJson Document { get; init; }

    [Description("Turns masks of this scope back only.")]
    public string? Scope { get; init; }

    [Description("What to do when an original is missing: strict fails and names them, lenient leaves them and lists them.")]
    public RestoreMode Mode { get; init; }

    [Description("format also turns stand-ins back, and needs the scope. A stand-in that is not known looks like any identifier, and stays.")]
    public MaskStyle Style { get; init; }

    [Description("What the originals are for, in 1 to 200 characters; it is written down for their owner. Services must say.")]
    public string? Purpose { get; init; }
}

/// <param name="Restored">How many masks were turned back.</param>
/// <param name="Missing">Those that stay, because their originals are gone or not the owner's, written as pseudonyms.</param>
internal sealed record UnmaskResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RawJson? Document,
    int Restored,
    IReadOnlyList<string> Missing);
