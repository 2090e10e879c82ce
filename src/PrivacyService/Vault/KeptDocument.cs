namespace PrivacyService.Vault;

/// <summary>A whole original document to keep under the id of its call, sealed.</summary>
internal sealed record KeptDocument(string CallId, byte[] Sealed);
