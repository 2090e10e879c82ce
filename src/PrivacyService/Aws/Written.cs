using System.Globalization;

namespace PrivacyService.Aws;

/// <summary>
/// Characters as they stand in text that has been encoded once or more: percent-encoding (RFC 3986, also of percent signs), the
/// escapes of JSON inside JSON, HTML's references. Identifiers are found in place, without decoding the text. What a finding
/// covers has letters, digits and <c>- . _ ~</c> only, which none of these encodings touches: that is why an identifier reads
/// the same in every one, and why restoring it gives back the very bytes.
/// </summary>
internal static class Written
{
    private const int MostBackslashes = 16;

    private static readonly (string Text, char Character)[] References =
    [
        ("&quot;", '"'), ("&#34;", '"'), ("&#x22;", '"'), ("&apos;", '\''), ("&#39;", '\''), ("&#x27;", '\''), ("&#47;", '/'), ("&#x2F;", '/'),
        ("&#x2f;", '/'), ("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&#58;", ':'), ("&#61;", '='), ("&#43;", '+'),
    ];

    public static bool IsUnreserved(char character) => Characters.Unreserved.Contains(character);

    /// <summary>The character at a position, and how many it is written with. A zero at the end of the text.</summary>
    public static char Read(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        if (at >= text.Length)
        {
            length = 0;
            return '\0';
        }

        var rest = text[at..];
        switch (rest[0])
        {
            case '%' when rest.Length > 2 && IsHex(rest[1]) && IsHex(rest[2]):
                var encoded = rest is ['%', '2', '5', _, _, ..] && IsHex(rest[3]) && IsHex(rest[4]);
                length = encoded ? 5 : 3;
                return (char)int.Parse(rest.Slice(length - 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            case '\\':
                var escaped = ReadEscape(rest, ref length);
                return escaped;
            case '&':
                foreach (var (reference, character) in References)
                {
                    if (rest.StartsWith(reference, StringComparison.Ordinal))
                    {
                        length = reference.Length;
                        return character;
                    }
                }

                return '&';
            default:
                return rest[0];
        }
    }

    /// <summary>The character that is written just before a position, and with how many. A zero at the start of the text.</summary>
    public static char ReadBefore(ReadOnlySpan<char> text, int end, out int length)
    {
        length = 1;
        if (end <= 0)
        {
            length = 0;
            return '\0';
        }

        var last = text[end - 1];
        if (last == ';')
        {
            foreach (var (reference, meant) in References)
            {
                if (text[..end].EndsWith(reference, StringComparison.Ordinal))
                {
                    length = reference.Length;
                    return meant;
                }
            }

            return last;
        }

        // An escaped quote or line break; then four digits after \u, or two after a percent sign that may be encoded itself.
        return IsWritten(text, end, 2, ref length, out var character) || IsWritten(text, end, 6, ref length, out character)
            || IsWritten(text, end, 5, ref length, out character) || IsWritten(text, end, 3, ref length, out character)
                ? character
                : last;
    }

    /// <summary>Whether a word goes on at a position.</summary>
    public static bool IsWordAt(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length && char.IsAsciiLetterOrDigit(text[at]);

    /// <summary>Whether a word begins at a position: a letter before it counts unless it is the end of an escape.</summary>
    public static bool StartsWord(ReadOnlySpan<char> text, int start) =>
        start == 0 || !char.IsAsciiLetterOrDigit(text[start - 1]) || !char.IsAsciiLetterOrDigit(ReadBefore(text, start, out _));

    /// <summary>Steps over what is left of an escape at the start of a run that was read backwards: the <c>2F</c> of <c>%2Fname</c>.</summary>
    public static int AfterEscape(ReadOnlySpan<char> text, int start, int end)
    {
        if (start == 0 || text[start - 1] is not ('%' or '\\'))
        {
            return start;
        }

        _ = Read(text[..end], start - 1, out var length);
        return Math.Min(end, start - 1 + length);
    }

    public static bool IsQuote(char character) => character is '"' or '\'' or '`';

    private static bool IsWritten(ReadOnlySpan<char> text, int end, int width, ref int length, out char character)
    {
        character = '\0';
        if (end < width || text[end - width] is not ('%' or '\\'))
        {
            return false;
        }

        character = Read(text[..end], end - width, out var read);
        if (read != width || read == 1 || !char.IsAscii(character))
        {
            return false;
        }

        length = width + (text[end - width] == '\\' ? Backslashes(text, end - width) : 0);
        return true;
    }

    private static char ReadEscape(ReadOnlySpan<char> rest, ref int length)
    {
        var after = rest[..Math.Min(rest.Length, MostBackslashes)].IndexOfAnyExcept('\\');
        if (after < 0)
        {
            return '\\';
        }

        length = after + 1;
        switch (rest[after])
        {
            case '"' or '\'' or '/':
                return rest[after];
            case 'n' or 'r' or 't':
                return ' ';
            case 'u' when rest.Length > after + 4
                && ushort.TryParse(rest.Slice(after + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                length = after + 5;
                return (char)unit;
            default:
                length = 1;
                return '\\';
        }
    }

    private static int Backslashes(ReadOnlySpan<char> text, int end)
    {
        var count = 0;
        while (count < MostBackslashes && end - count > 0 && text[end - count - 1] == '\\')
        {
            count++;
        }

        return count;
    }

    private static bool IsHex(char character) => char.IsAsciiHexDigit(character);
}
