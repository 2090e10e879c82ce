using PrivacyService.Documents;

namespace PrivacyService.Pseudonyms;

internal sealed record PseudonymizeResponse(string PseudonymId, RawJson Document, int Replaced, DateTimeOffset ExpiresAt);
