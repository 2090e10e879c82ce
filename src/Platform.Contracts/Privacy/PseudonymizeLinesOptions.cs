namespace Platform.Contracts.Privacy;

/// <summary>How the lines of one call are pseudonymised.</summary>
/// <param name="Owner">Whose data it is, <c>usr_…</c>: only they, or a caller allowed to restore, get it back.</param>
/// <param name="Scope">
/// Within it the same value gets the same pseudonym: <c>request:&lt;id&gt;</c>, <c>conversation:&lt;id&gt;</c>, <c>subject</c> or <c>tenant</c>.
/// </param>
/// <param name="Fields">
/// Property names (anywhere, letter case ignored) or dotted paths with <c>*</c> for one step, whose values are replaced whole.
/// </param>
/// <param name="Detect">
/// Whether personal data is found in all other text: e-mail addresses, telephone and card numbers, IBANs, social security numbers, IP and MAC addresses, addresses of
/// crypto currencies, and by the names of fields dates of birth, names and postal addresses. Secrets and credentials in URLs are found too, and replaced for good.
/// </param>
/// <param name="TimeToLive">How long the originals can be had back; the service's default when null.</param>
public sealed record PseudonymizeLinesOptions(
    string Owner,
    string Scope,
    IReadOnlyList<string> Fields,
    bool Detect,
    TimeSpan? TimeToLive = null);
