using System.Collections.Frozen;
using System.Globalization;

namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// Mailbox addresses, internationalised ones included. Generous on the left of the @ (real mailboxes break RFC 5321: doubled
/// dots, a dot before the @), strict on the right.
/// </summary>
internal sealed class EmailRecogniser : IRecogniser
{
    public const string Type = DataKind.Email;

    private const int LongestLocalPart = 64;
    private const int LongestDomain = 253;
    private const int LongestLabel = 63;

    /// <summary>"git@github.com:ada/notes.git" is where a repository is.</summary>
    private const string VersionControl = "git";

    /// <summary>"logo@2x.png" is a picture, not a person.</summary>
    private static readonly FrozenSet<string> FileEndings = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "js", "json", "map");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> IsFileEnding =
        FileEndings.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Anchors => "@";

    public bool Wants(AnchorShape shape) => shape.Previous is not ' ' and not '@' && (shape.IsContinued || shape.Next == '\0');

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var start = LocalPartStart(text, anchor);
        if (start == anchor
            || text[start..anchor].SequenceEqual(VersionControl)
            || DomainEnd(text, anchor + 1) is not (> 0 and var end)
            || UrlCredentialsRecogniser.ClosedBy(text, anchor))
        {
            return false;
        }

        finding = new Finding(Type, start, end - start, 0.95, "mailbox and a domain with a top level");
        return true;
    }

    private static int LocalPartStart(ReadOnlySpan<char> text, int at)
    {
        var spaceless = at > 0 && IsSpacelessLetter(text[at - 1]);
        var start = at;
        while (start > 0 && at - start < LongestLocalPart && IsLocal(text[start - 1], spaceless))
        {
            start--;
        }

        // Quotes, bullets and ampersands before the address belong to the sentence.
        while (start < at && !IsLetterDigitOrMark(text[start]) && text[start] != '_')
        {
            start++;
        }

        return start;
    }

    private static int DomainEnd(ReadOnlySpan<char> text, int start)
    {
        var spaceless = start < text.Length && IsSpacelessLetter(text[start]);
        var limit = Math.Min(text.Length, start + LongestDomain);
        var labels = 0;
        var end = -1;
        for (var label = start; label < limit;)
        {
            var labelEnd = label;
            while (labelEnd < limit && labelEnd - label <= LongestLabel && IsDomain(text[labelEnd], spaceless))
            {
                labelEnd++;
            }

            var dot = labelEnd;
            while (labelEnd > label && text[labelEnd - 1] == '-')
            {
                labelEnd--;
            }

            if (labelEnd == label || labelEnd - label > LongestLabel || text[label] == '-')
            {
                break;
            }

            labels++;
            if (labels > 1 && IsTopLevel(text[label..labelEnd]))
            {
                end = labelEnd;
            }

            if (dot != labelEnd || dot >= limit || text[dot] != '.')
            {
                break;
            }

            label = dot + 1;
        }

        return end;
    }

    private static bool IsTopLevel(ReadOnlySpan<char> label)
    {
        if (label.Length < 2 || IsFileEnding.Contains(label))
        {
            return false;
        }

        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var character in label)
        {
            if (!char.IsLetter(character))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLocal(char character, bool spaceless) =>
        char.IsAscii(character)
            ? char.IsAsciiLetterOrDigit(character) || "._%+-'~!#$&*^".Contains(character)
            : IsLetterDigitOrMark(character) && (spaceless || !IsSpacelessLetter(character));

    private static bool IsDomain(char character, bool spaceless) =>
        char.IsAscii(character)
            ? char.IsAsciiLetterOrDigit(character) || character == '-'
            : IsLetterDigitOrMark(character) && (spaceless || !IsSpacelessLetter(character));

    private static bool IsLetterDigitOrMark(char character) =>
        char.IsLetterOrDigit(character) || char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark;

    /// <summary>Japanese, Chinese or Thai around a Latin address is the sentence it stands in, unless it touches the @.</summary>
    private static bool IsSpacelessLetter(char character) => char.IsLetter(character) && !Boundary.Joins(character);
}
