namespace PrivacyService.Detection.Recognisers;

/// <param name="Digits">Digits up to and including this group.</param>
/// <param name="End">Where the group ends in the text, its closing bracket included.</param>
/// <param name="Separator">What stands before the group.</param>
internal readonly record struct PhoneGroup(int Length, int Digits, int End, char Separator);

/// <summary>Digits in groups, as far as they can be one written telephone number.</summary>
internal ref struct PhoneText(Span<byte> digits, Span<PhoneGroup> groups)
{
    public const int MaxDigits = 18;
    public const int MaxGroups = 8;

    private const int LongestSeparator = 3;

    /// <summary>So many digits in one piece are the whole number.</summary>
    private const int LongestFirstGroup = 9;

    private readonly Span<byte> _digits = digits;
    private readonly Span<PhoneGroup> _groups = groups;
    private int _digitCount;
    private int _groupCount;

    public readonly ReadOnlySpan<byte> Digits => _digits[.._digitCount];

    public readonly ReadOnlySpan<PhoneGroup> Groups => _groups[.._groupCount];

    /// <summary>The group in brackets, or -1.</summary>
    public int BracketedGroup { get; private set; } = -1;

    /// <summary>
    /// Whether the first two groups can be those of a number written at home, judged by their lengths: most of what consists of
    /// digits and separators is something else, and is told apart here before it is read. True of all other beginnings.
    /// </summary>
    public static bool MayBe(ReadOnlySpan<char> text, int position)
    {
        var first = DigitsAt(text, position);
        if (first is 0 or >= LongestFirstGroup || (first > 1 && text[position] == '0' && text[position + 1] == '0'))
        {
            return true;
        }

        var second = position + first;
        while (second < text.Length && second - position - first < LongestSeparator && IsSeparator(text[second]))
        {
            second++;
        }

        return text[position] == '0'
            ? DigitsAt(text, second) > 1
            : NationalPhoneForm.AnyHas(text[position], first, DigitsAt(text, second)) || (second < text.Length && text[second - 1] == '(');
    }

    /// <summary>Reads from <paramref name="position"/>, a digit or the bracket before one.</summary>
    public void Read(ReadOnlySpan<char> text, int position)
    {
        var afterBracket = true;
        while (_groupCount < MaxGroups)
        {
            var bracketed = false;
            var separator = '\0';
            var start = position;
            while (start < text.Length && start - position < LongestSeparator && IsSeparator(text[start]) && !bracketed)
            {
                bracketed = text[start] == '(';
                separator = separator is '\0' or ' ' && !bracketed ? text[start] : separator;
                start++;
            }

            var end = start;
            while (end < text.Length && char.IsAsciiDigit(text[end]) && _digitCount + (end - start) < MaxDigits)
            {
                end++;
            }

            var length = end - start;
            if (length == 0
                || (start == position && !afterBracket)
                || (end < text.Length && char.IsAsciiDigit(text[end]))
                || (bracketed && (end >= text.Length || text[end] != ')')))
            {
                return;
            }

            afterBracket = bracketed;
            position = bracketed ? end + 1 : end;
            if (bracketed && length == 1 && text[start] == '0' && _groupCount > 0)
            {
                // "+44 (0)20 …": the trunk zero is written for callers at home and is no part of the number.
                continue;
            }

            BracketedGroup = bracketed ? _groupCount : BracketedGroup;
            for (var i = start; i < end; i++)
            {
                _digits[_digitCount++] = (byte)(text[i] - '0');
            }

            _groups[_groupCount++] = new PhoneGroup(length, _digitCount, position, separator);
        }
    }

    private static int DigitsAt(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && end - start < LongestFirstGroup && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - start;
    }

    private static bool IsSeparator(char character) => character is ' ' or '-' or '.' or '/' or '(';
}
