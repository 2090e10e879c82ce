namespace PrivacyService.Pseudonyms;

internal sealed record Pseudonymized(ReadOnlyMemory<byte> Json, int Replaced, DateTimeOffset ExpiresAt, IReadOnlyDictionary<string, int> Types);
