using System.Buffers;
using System.Text;
using PrivacyService.StandIns;
using PrivacyService.Tokens;

namespace PrivacyService.Masking;

/// <summary>
/// How a mask stands in a text: <c>AWS_EC2_</c> or <c>PII_EMAIL_</c>, which tells a reader what was there, and the 28 characters that stand for
/// it. Only these count: a model may alter the letter case, or put the backslashes of Markdown before the underscores. A pseudonym
/// (<c>psn_</c>) is read as well.
/// </summary>
internal static class MaskToken
{
    public const int LongestLabel = 12;

    /// <summary>The longest that a token can be in a text: two underscores may have a backslash each.</summary>
    public const int LongestLength = FamilyLength + LongestLabel + 2 + 2 + PseudonymToken.BodyLength;

    private const int FamilyLength = 3;

    private static readonly SearchValues<string> Families = SearchValues.Create(["aws", "pii", "psn"], StringComparison.OrdinalIgnoreCase);

    private enum Reading
    {
        /// <summary>No token, whatever follows.</summary>
        None,

        /// <summary>The text ends before that is known.</summary>
        Unfinished,

        Token,
    }

    /// <summary>The next token at or after <paramref name="start"/>; -1 when there is none.</summary>
    public static int IndexOf(ReadOnlySpan<char> text, int start, out PseudonymToken token, out int length)
    {
        while (text[start..].IndexOfAny(Families) is >= 0 and var offset)
        {
            start += offset;
            if (Read(text[start..], out token, out length) == Reading.Token)
            {
                return start;
            }

            start++;
        }

        (token, length) = (default, 0);
        return -1;
    }

    /// <summary>Where at the end of a text a token may have begun whose rest is yet to come; the text's length when none has.</summary>
    public static int UnfinishedFrom(ReadOnlySpan<char> text)
    {
        for (var start = Math.Max(0, text.Length - LongestLength - MailboxStandIn.Domain.Length); start < text.Length;)
        {
            var length = 0;
            var reading = text[start] is 'a' or 'A' or 'p' or 'P' ? Read(text[start..], out _, out length) : Reading.None;
            if (reading == Reading.Unfinished || (reading == Reading.Token && MayHaveDomain(text[start..], length)))
            {
                return start;
            }

            // A whole mask may end with a letter that another could begin with.
            start += reading == Reading.Token ? length : 1;
        }

        return text.Length;
    }

    /// <summary>Writes what goes before the 28 characters, such as <c>AWS_EC2_</c>.</summary>
    public static byte[] PrefixOf(string family, string label) => Encoding.ASCII.GetBytes($"{family}_{label}_");

    private static Reading Read(ReadOnlySpan<char> text, out PseudonymToken token, out int length)
    {
        (token, length) = (default, 0);
        var known = text[..Math.Min(FamilyLength, text.Length)];
        var isPseudonym = "psn".AsSpan().StartsWith(known, StringComparison.OrdinalIgnoreCase);
        if (!isPseudonym && !"aws".AsSpan().StartsWith(known, StringComparison.OrdinalIgnoreCase) && !"pii".AsSpan().StartsWith(known, StringComparison.OrdinalIgnoreCase))
        {
            return Reading.None;
        }

        var position = FamilyLength;
        var reading = ReadUnderscore(text, ref position);
        if (reading == Reading.Token && !(isPseudonym && known.Length == FamilyLength))
        {
            var label = position;
            while (position < text.Length && char.IsAsciiLetterOrDigit(text[position]) && position - label <= LongestLabel)
            {
                position++;
            }

            reading = position - label > LongestLabel || (position == label && position < text.Length) ? Reading.None : ReadUnderscore(text, ref position);
        }

        if (reading != Reading.Token)
        {
            return reading;
        }

        var body = text[position..];
        if (body.Length >= PseudonymToken.BodyLength)
        {
            length = position + PseudonymToken.BodyLength;
            return PseudonymToken.TryReadBody(body, out token) ? Reading.Token : Reading.None;
        }

        foreach (var character in body)
        {
            if (!PseudonymToken.IsOfBody(character))
            {
                return Reading.None;
            }
        }

        return Reading.Unfinished;
    }

    /// <summary>Of a pseudonym it is not known whether it stands in the place of an e-mail address before what follows is seen.</summary>
    private static bool MayHaveDomain(ReadOnlySpan<char> text, int length) => text[1] is 's' or 'S' && MailboxStandIn.IsUnfinished(text[length..]);

    private static Reading ReadUnderscore(ReadOnlySpan<char> text, ref int position)
    {
        if (position < text.Length && text[position] == '\\')
        {
            position++;
        }

        if (position >= text.Length)
        {
            return Reading.Unfinished;
        }

        return text[position++] == '_' ? Reading.Token : Reading.None;
    }
}
