using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.Masking;
using PrivacyService.Tokens;

namespace PrivacyService.Pseudonyms;

/// <summary>What one call asked for, checked.</summary>
/// <param name="Scope">Null when the call named none and gets one of its own.</param>
internal sealed record PseudonymRules(FieldSelector Fields, bool Detect, PseudonymScope? Scope, TimeSpan TimeToLive)
{
    /// <summary>What stays as it is, with all that is in it.</summary>
    public FieldSelector ExceptFields { get; init; } = FieldSelector.None;

    /// <summary>What is found where <see cref="Detect"/> is on.</summary>
    public DetectionRules Detection { get; init; } = DetectionRules.Default;

    /// <summary>What pseudonyms look like.</summary>
    public MaskStyle Style { get; init; }
}
