using PrivacyService.Tokens;

namespace PrivacyService.StandIns;

/// <summary>
/// An e-mail address gets one whose mailbox is a whole pseudonym, at a domain that nobody can have (RFC 2606, section 3): unguessable and checked as
/// every pseudonym is, and turned back without its scope being known.
/// </summary>
internal static class MailboxStandIn
{
    public const string Domain = "@example.com";

    public static readonly int Length = PseudonymToken.Length + Domain.Length;

    /// <summary>How much of what follows a pseudonym is the domain: all of it or nothing.</summary>
    public static int DomainLength(ReadOnlySpan<char> after) => after.StartsWith(Domain, StringComparison.OrdinalIgnoreCase) ? Domain.Length : 0;

    /// <summary>Whether it may be the beginning of the domain whose rest is yet to come.</summary>
    public static bool IsUnfinished(ReadOnlySpan<char> after) =>
        after.Length < Domain.Length && Domain.AsSpan().StartsWith(after, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the text is such an address and nothing else.</summary>
    public static bool Is(ReadOnlySpan<char> text) =>
        text.Length == Length
        && PseudonymToken.IsToken(text[..PseudonymToken.Length]) && DomainLength(text[PseudonymToken.Length..]) > 0;
}
