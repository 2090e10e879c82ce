namespace Platform.Contracts.Privacy;

/// <summary>The answer to <see cref="PrivacyClient.PseudonymizeLinesAsync"/>.</summary>
/// <param name="Lines">NDJSON with as many lines as were sent, in their order.</param>
/// <param name="Replaced">How many values were replaced.</param>
/// <param name="ExpiresAt">Until when the originals can be had back.</param>
public sealed record PseudonymizedLines(ReadOnlyMemory<byte> Lines, int Replaced, DateTimeOffset ExpiresAt);
