namespace PrivacyService.Vault;

internal readonly record struct DocumentAnswer(ReadOutcome Outcome, byte[]? Document);
