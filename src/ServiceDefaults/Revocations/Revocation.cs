namespace Platform.ServiceDefaults.Revocations;

/// <summary>One entry of the feed.</summary>
/// <param name="Kind">What it ends.</param>
/// <param name="Digest">Which, as <see cref="RevocationDigest"/>.</param>
/// <param name="Epoch">
/// Tokens that were issued before this place of the feed are refused: <see cref="RevocationEpoch.Never"/> for tokens and sessions, which never
/// come back.
/// </param>
/// <param name="Until">When the last token that it concerns has expired everywhere, in Unix seconds.</param>
public readonly record struct Revocation(RevocationKind Kind, ulong Digest, ulong Epoch, uint Until);
