using System.Buffers;
using PrivacyService.Detection;

namespace PrivacyService.StandIns;

/// <summary>
/// What in a text may be the stand-in of a number: digits of one of the ranges, however they are separated. Nothing around them counts, because an
/// answer gives no context; whoever kept the stand-ins says which they are.
/// </summary>
internal static class NumberCandidates
{
    /// <summary>The type of what is found.</summary>
    public const string Type = "number";

    private const string Separators = " -./()";
    private const int LongestSeparator = 3;
    private const int MostDigits = 19;

    /// <summary>The two zeros of an international call, three digits of a code, the zero of a call at home.</summary>
    private const int LongestPrefix = 6;

    /// <summary>Of a candidate, as it is written.</summary>
    private const int Longest = 48;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> Beginnings = SearchValues.Create("+0123456789");
    private static readonly SearchValues<char> Characters = SearchValues.Create("+0123456789" + Separators);

    private static readonly DigitRange[][] ByLength =
    [
        .. Enumerable.Range(0, MostDigits + LongestPrefix + 1).Select(length => NumberForms.Ranges.Where(range => range.Length == length).ToArray()),
    ];

    /// <summary>Appends to <paramref name="candidates"/>. Some overlap others.</summary>
    public static void Find(ReadOnlySpan<char> text, List<Finding> candidates)
    {
        for (var at = 0; text[at..].IndexOfAny(Digits) is >= 0 and var offset;)
        {
            at += offset;
            if (EscapeAround(text, at) is >= 0 and var escape)
            {
                // Its digits belong to no number.
                at = Math.Min(text.Length, escape + 6);
                continue;
            }

            var end = EndOfDigits(text, at);
            if (end - at <= MostDigits + LongestPrefix)
            {
                FindFrom(text, at, end, candidates);
            }

            at = end;
        }
    }

    /// <summary>What a candidate is looked up by: its digits, and a plus sign where it begins with one.</summary>
    public static string KeyOf(ReadOnlySpan<char> candidate) =>
        string.Concat(candidate.ToString().Where(character => char.IsAsciiDigit(character) || character == '+'));

    /// <summary>Whether a candidate is all there is of a number, but for what may stand before it: a code, or zeros.</summary>
    public static bool Covers(Finding candidate, ReadOnlySpan<char> number)
    {
        var (before, digits) = (KeyOf(number[..candidate.Start]).TrimStart('+'), KeyOf(number[candidate.Start..candidate.End]));
        return !number[candidate.End..].ContainsAny(Digits)
            && (digits[0] == '+' ? before.Length == 0 : Array.Exists(ByLength[digits.Length], range => range.IndexOf(digits) >= 0 && IsPrefix(before, range.Code)));
    }

    /// <summary>
    /// Where at the end of a text the stand-in of a number may have begun whose rest is yet to come; the text's length when none has. One that
    /// begins before that is whole, and may end behind it.
    /// </summary>
    public static int UnfinishedFrom(ReadOnlySpan<char> text)
    {
        var run = text.LastIndexOfAnyExcept(Characters) + 1;
        if (text[run..].IndexOfAny(Beginnings) is not (>= 0 and var first))
        {
            return text.Length;
        }

        var from = Math.Max(run + first, text.Length - Longest);
        var limit = from - MostDigits - LongestPrefix;
        while (from > Math.Max(0, limit) && char.IsAsciiDigit(text[from - 1]))
        {
            from--;
        }

        return EscapeAround(text, from) is >= 0 and var escape ? escape : from;
    }

    /// <summary>All candidates whose digits begin in the group from <paramref name="start"/> to <paramref name="end"/>.</summary>
    private static void FindFrom(ReadOnlySpan<char> text, int start, int end, List<Finding> candidates)
    {
        Span<char> digits = stackalloc char[MostDigits + LongestPrefix];
        var (count, group, first) = (0, start, end - start);
        while (end > 0 && end - start <= Longest && count + end - group <= digits.Length)
        {
            text[group..end].CopyTo(digits[count..]);
            count += end - group;
            for (var prefix = Math.Max(0, count - MostDigits); prefix < Math.Min(first, LongestPrefix + 1); prefix++)
            {
                foreach (var range in ByLength[count - prefix])
                {
                    if (IsPrefix(digits[..prefix], range.Code) && range.IndexOf(digits[prefix..count]) >= 0)
                    {
                        Add(text, start + prefix, end, range.Code, candidates);
                    }
                }
            }

            (group, end) = NextGroup(text, end);
        }
    }

    private static void Add(ReadOnlySpan<char> text, int start, int end, string code, List<Finding> candidates)
    {
        candidates.Add(new Finding(Type, start, end - start, 1, "digits of a stand-in"));

        // With its code and the plus sign it may stand for a number of another form.
        var before = text[Math.Max(0, start - LongestSeparator)..start].TrimEnd(Separators);
        var international = start - Math.Min(start, LongestSeparator) + before.Length;
        if (code.Length > 0 && text[..international].EndsWith(code, StringComparison.Ordinal) && international > code.Length && text[international - code.Length - 1] == '+')
        {
            var plus = international - code.Length - 1;
            candidates.Add(new Finding(Type, plus, end - plus, 1, "an international stand-in"));
        }
    }

    /// <summary>What stands before a number in the same run of digits.</summary>
    private static bool IsPrefix(ReadOnlySpan<char> digits, string code)
    {
        if (digits.IsEmpty)
        {
            return true;
        }

        digits = digits.StartsWith("00") ? digits[2..] : digits;
        return code.Length > 0 && (digits is "0" || (digits.StartsWith(code) && digits[code.Length..] is "" or "0"));
    }

    private static int EndOfDigits(ReadOnlySpan<char> text, int start)
    {
        var length = text[start..].IndexOfAnyExcept(Digits);
        return length < 0 ? text.Length : start + length;
    }

    /// <summary>Zeros where nothing goes on.</summary>
    private static (int Start, int End) NextGroup(ReadOnlySpan<char> text, int end)
    {
        var start = end;
        while (start < text.Length && start - end < LongestSeparator && Separators.Contains(text[start]))
        {
            start++;
        }

        return start > end && start < text.Length && char.IsAsciiDigit(text[start]) ? (start, EndOfDigits(text, start)) : (0, 0);
    }

    /// <summary>Where the escape of JSON begins (<c>\u00e9</c>) that a character is a digit of; -1 where it is of none.</summary>
    private static int EscapeAround(ReadOnlySpan<char> text, int at)
    {
        for (var start = at - 2; start >= Math.Max(0, at - 5); start--)
        {
            if (text[start] == '\\' && text[start + 1] == 'u')
            {
                return start;
            }

            if (!char.IsAsciiHexDigit(text[start + 1]))
            {
                return -1;
            }
        }

        return -1;
    }
}
