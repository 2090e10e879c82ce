using PrivacyService.Documents;

namespace PrivacyService.Pseudonyms;

/// <param name="Restored">How many pseudonyms were replaced; null for a document that was kept whole.</param>
/// <param name="Missing">Pseudonyms that stay, because their originals are gone or not the owner's.</param>
internal sealed record RepersonalizeResponse(RawJson Document, int? Restored, IReadOnlyList<string> Missing);
