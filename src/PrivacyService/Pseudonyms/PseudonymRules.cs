using PrivacyService.Documents;
using PrivacyService.Tokens;

namespace PrivacyService.Pseudonyms;

/// <summary>What one call asked for, checked.</summary>
/// <param name="Scope">Null when the call named none and gets one of its own.</param>
internal sealed record PseudonymRules(FieldSelector Fields, bool Detect, PseudonymScope? Scope, TimeSpan TimeToLive);
