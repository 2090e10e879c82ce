namespace PrivacyService.Pseudonyms;

internal sealed record PseudonymResponse(string Id, PseudonymKind Kind, DateTimeOffset ExpiresAt);

internal enum PseudonymKind
{
    /// <summary>Stands for one value.</summary>
    Value,

    /// <summary>The id of a call: stands for the whole document.</summary>
    Document,
}
