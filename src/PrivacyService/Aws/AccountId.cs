namespace PrivacyService.Aws;

/// <summary>
/// Twelve digits are an account only where something says so: order numbers and times look the same. Looks back a fixed number of
/// characters, over quotes and separators, for the words that announce one.
/// </summary>
internal static class AccountId
{
    private const int LongestGap = 64;
    private const int LongestWords = 40;
    private const int LongestRegion = 16;
    private const int MostFillers = 3;
    private const int PrintedGroup = 4;

    private static readonly string[] Fillers = ["is", "id", "ids", "number", "no", "of", "with", "the", "#", "identifier", "root"];

    private static readonly string[] Announcers = ["account", "accounts", "acct", "owner", "owners", "awslogs", "registry", "payer"];

    /// <summary>Whether a run of so many digits is worth a look: most are not.</summary>
    public static bool MayBe(ReadOnlySpan<char> text, int first, int digits) =>
        digits == IdShape.AccountLength || (digits == PrintedGroup && first + digits < text.Length && text[first + digits] == '-');

    /// <param name="first">The first of a run of digits.</param>
    /// <returns>Where the run ends.</returns>
    public static int Find(ReadOnlySpan<char> text, int first, FindingList findings)
    {
        var end = first + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var grouped = end - first == PrintedGroup ? GroupedEnd(text, end) : 0;
        var whole = grouped > 0 ? grouped : end;
        if ((end - first == IdShape.AccountLength || grouped > 0)
            && !Written.IsWordAt(text, whole)
            && Written.StartsWord(text, first)
            && (IsBesideRegion(text, first, whole)
                || (!IsPartOfNumber(text, first, whole) && (IsAnnounced(text, first) || IsListed(text, first, findings)))))
        {
            findings.Add(AwsTypes.Account, first, whole - first, "the words around it");
            return whole;
        }

        return end;
    }

    /// <summary>A text that is all of a value, with the name it has in its document.</summary>
    public static void FindWhole(ReadOnlySpan<char> text, ReadOnlySpan<char> name, FindingList findings)
    {
        if (IdShape.IsAccount(text) && IsAnnounced(name, name.Length))
        {
            findings.Add(AwsTypes.Account, 0, text.Length, "the name of the value");
        }
    }

    /// <summary>The console writes <c>1234-5678-9012</c>.</summary>
    private static int GroupedEnd(ReadOnlySpan<char> text, int end) =>
        end + 10 <= text.Length && text[end] == '-' && text[end + 5] == '-'
        && Characters.AreDigits(text.Slice(end + 1, 4)) && Characters.AreDigits(text.Slice(end + 6, 4))
        && !(end + 10 < text.Length && text[end + 10] == '-')
            ? end + 10
            : 0;

    private static bool IsPartOfNumber(ReadOnlySpan<char> text, int start, int end) =>
        (start > 1 && text[start - 1] is '.' or '-' or ',' && char.IsAsciiDigit(text[start - 2]))
        || (end + 1 < text.Length && text[end] is '.' && char.IsAsciiDigit(text[end + 1]));

    /// <summary>Names that AWS makes up, mostly of buckets: <c>cdk-hnb659fds-assets-123456789012-eu-west-1</c>.</summary>
    private static bool IsBesideRegion(ReadOnlySpan<char> text, int start, int end)
    {
        if (start > 0 && text[start - 1] == '-' && RegionBefore(text[Math.Max(0, start - 1 - LongestRegion)..(start - 1)]))
        {
            return true;
        }

        if (end >= text.Length || text[end] != '-')
        {
            return false;
        }

        var after = text.Slice(end + 1, Math.Min(LongestRegion + 1, text.Length - end - 1));
        var length = after.IndexOfAnyExcept(Characters.AlphanumericOrHyphen);
        after = length < 0 ? after : after[..length];
        var digit = after.IndexOfAny(Characters.Digits);
        return digit > 0 && !Written.IsWordAt(after, digit + 1) && IdShape.IsRegion(after[..(digit + 1)]);
    }

    private static bool RegionBefore(ReadOnlySpan<char> text)
    {
        for (var from = 0; from < text.Length; from++)
        {
            if ((from == 0 || !char.IsAsciiLetterOrDigit(text[from - 1])) && IdShape.IsRegion(text[from..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A further item of a list whose first is an account.</summary>
    private static bool IsListed(ReadOnlySpan<char> text, int start, FindingList findings)
    {
        if (findings.Count == 0 || findings[^1] is not { Type: "aws_account" } last || start - last.End > LongestGap)
        {
            return false;
        }

        var separated = false;
        for (var at = start; at > last.End;)
        {
            var character = Written.ReadBefore(text, at, out var length);
            if (!(char.IsWhiteSpace(character) || Written.IsQuote(character) || character is ',' or '-' or ';'))
            {
                return false;
            }

            separated |= character is ',' or ';' or '-';
            at -= length;
        }

        return separated;
    }

    private static bool IsAnnounced(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        var lowest = Math.Max(0, start - LongestGap);
        var inList = false;
        while (at > lowest)
        {
            var character = Written.ReadBefore(text, at, out var length);
            inList |= character is '[' or '-';
            if (!(character is ' ' or '\t' or ':' or '=' or '|' or '(' or '[' or '*' or '>' or '/' or '#' or '-' || Written.IsQuote(character)
                || (inList && character is '\n' or '\r') || IsLineBreakInList(text, at, character)))
            {
                break;
            }

            at -= length;
        }

        Span<char> words = stackalloc char[LongestWords];
        var from = words.Length;
        for (; at > 0 && from > 0; at--)
        {
            var character = text[at - 1];
            if (char.IsAsciiLetter(character) || character == '#')
            {
                words[--from] = char.ToLowerInvariant(character);
            }
            else if (character is not (' ' or '_' or '-' or '.'))
            {
                break;
            }
        }

        return IsAnnouncer(words[from..]);
    }

    /// <summary>JSON and HCL write lists over several lines: an opening bracket stands before the break.</summary>
    private static bool IsLineBreakInList(ReadOnlySpan<char> text, int at, char character)
    {
        if (character is not ('\n' or '\r'))
        {
            return false;
        }

        var before = text[Math.Max(0, at - LongestGap)..at].TrimEnd();
        return before.Length > 0 && before[^1] is '[';
    }

    private static bool IsAnnouncer(ReadOnlySpan<char> words)
    {
        if (words is "aws")
        {
            return true;
        }

        for (var i = 0; i < MostFillers; i++)
        {
            foreach (var filler in Fillers)
            {
                if (words.EndsWith(filler, StringComparison.Ordinal))
                {
                    words = words[..^filler.Length];
                    break;
                }
            }
        }

        foreach (var announcer in Announcers)
        {
            if (words.EndsWith(announcer, StringComparison.Ordinal))
            {
                return !words[..^announcer.Length].EndsWith("bank", StringComparison.Ordinal);
            }
        }

        return false;
    }
}
