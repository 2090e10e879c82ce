namespace PrivacyService.Detection.Recognisers;

/// <param name="Start">Where its first digit is in the text.</param>
/// <param name="Digits">Digits up to and including this group.</param>
/// <param name="End">Where the group ends in the text, its closing bracket included.</param>
/// <param name="Separator">What stands before the group.</param>
internal readonly record struct PhoneGroup(int Start, int Length, int Digits, int End, char Separator);

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
        if (text[position] == '0')
        {
            // The area of a trunk form: as likely as not, and soon read.
            return position + 1 < text.Length && char.IsAsciiDigit(text[position + 1]);
        }

        var first = DigitsAt(text, position);
        if (first is 0 or >= LongestFirstGroup)
        {
            return true;
        }

        var second = position + first;
        while (second < text.Length && second - position - first < LongestSeparator && IsSeparator(text[second]))
        {
            second++;
        }

        return NationalPhoneForm.AnyHas(text[position], first, DigitsAt(text, second)) || (second < text.Length && text[second - 1] == '(');
    }

    /// <summary>Reads the groups from <paramref name="position"/>, a digit or the bracket before one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">Where the number begins.</param>
    /// <param name="enough">So many digits are as long as any number: no group that begins after them is read.</param>
    public void ReadGroups(ReadOnlySpan<char> text, int position, int enough)
    {
        var afterBracket = true;
        var (digits, count) = (0, 0);
        while (count < _groups.Length && digits < enough)
        {
            var start = position;
            var separator = '\0';
            var bracketed = false;
            while ((uint)start < (uint)text.Length && !char.IsAsciiDigit(text[start]))
            {
                if (start - position == LongestSeparator || bracketed || !IsSeparator(text[start]))
                {
                    start = text.Length;
                    break;
                }

                bracketed = text[start] == '(';
                separator = separator is '\0' or ' ' && !bracketed ? text[start] : separator;
                start++;
            }

            var end = start;
            while ((uint)end < (uint)text.Length && char.IsAsciiDigit(text[end]) && end - start <= MaxDigits)
            {
                end++;
            }

            var length = end - start;
            if (length == 0
                || digits + length > MaxDigits
                || (start == position && !afterBracket)
                || (bracketed && (end >= text.Length || text[end] != ')')))
            {
                break;
            }

            afterBracket = bracketed;
            position = bracketed ? end + 1 : end;
            if (bracketed && length == 1 && text[start] == '0' && count > 0)
            {
                // "+44 (0)20 …": the trunk zero is written for callers at home and is no part of the number.
                continue;
            }

            BracketedGroup = bracketed ? count : BracketedGroup;
            digits += length;
            _groups[count++] = new PhoneGroup(start, length, digits, position, separator);
        }

        _groupCount = count;
    }

    /// <summary>Reads the digits of the groups.</summary>
    public void ReadDigits(ReadOnlySpan<char> text)
    {
        foreach (var group in Groups)
        {
            foreach (var digit in text.Slice(group.Start, group.Length))
            {
                _digits[_digitCount++] = (byte)(digit - '0');
            }
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
