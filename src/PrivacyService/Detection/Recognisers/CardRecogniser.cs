namespace PrivacyService.Detection.Recognisers;

/// <summary>Payment cards: digits in one run or in the groups that cards are printed in, a known issuer range, a right check digit.</summary>
internal sealed class CardRecogniser : IRecogniser
{
    public const string Type = DataKind.Card;

    private const int Shortest = 14;
    private const int Longest = 19;
    private const int PrintedGroup = 4;

    private static readonly int[][] Groupings = [[4, 4, 4, 4, 3], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4]];

    public string Anchors => "0123456789";

    public bool Wants(AnchorShape shape) =>
        !shape.IsPreceded
        && !shape.IsContinued
        && CardNetwork.MayStartWith(shape.First)
        && (shape.Length is >= Shortest - 1 and <= Longest || (shape.Length == PrintedGroup && shape.Next is ' ' or '-'));

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        if (IsOtherNumber(text, anchor) || !Boundary.StartsAt(text, anchor) || IsEncodedTwice(text, anchor))
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[Longest];
        var run = ReadRun(text, anchor, digits);
        if (run is >= Shortest and <= Longest)
        {
            return TryAccept(text, anchor, anchor + run, digits[..run], out finding);
        }

        if (run != PrintedGroup)
        {
            return false;
        }

        foreach (var grouping in Groupings)
        {
            if (TryReadGroups(text, anchor, grouping, digits, out var count, out var end)
                && TryAccept(text, anchor, end, digits[..count], out finding))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>After a first group of four there are four digits at least: a year is most often followed by two.</summary>
    private static bool IsOtherNumber(ReadOnlySpan<char> text, int anchor)
    {
        var next = anchor + PrintedGroup;
        return next + PrintedGroup >= text.Length
            || (!char.IsAsciiDigit(text[next]) && !(char.IsAsciiDigit(text[next + 3]) && char.IsAsciiDigit(text[next + PrintedGroup])));
    }

    /// <summary>
    /// Of <c>%2520</c> and then twelve digits, which is a space and a number with percent signs encoded twice, the digits begin as those of a card do.
    /// </summary>
    private static bool IsEncodedTwice(ReadOnlySpan<char> text, int anchor) =>
        anchor > 0 && text[anchor - 1] == '%' && text[anchor..] is ['2', '5', '2', _, ..] or ['2', '5', '4' or '6', '0', ..];

    private static bool TryReadGroups(
        ReadOnlySpan<char> text, int start, int[] grouping, Span<byte> digits, out int count, out int end)
    {
        count = 0;
        end = start;
        var separator = '\0';
        foreach (var length in grouping)
        {
            if (count > 0)
            {
                if (end >= text.Length || text[end] is not (' ' or '-') || (separator != '\0' && text[end] != separator))
                {
                    return false;
                }

                separator = text[end++];
            }

            if (ReadRun(text, end, digits[count..]) != length)
            {
                return false;
            }

            count += length;
            end += length;
        }

        return true;
    }

    /// <summary>The length of the run of digits; one more than <paramref name="digits"/> holds when it is longer than that.</summary>
    private static int ReadRun(ReadOnlySpan<char> text, int start, Span<byte> digits)
    {
        var length = 0;
        while (start + length < text.Length && char.IsAsciiDigit(text[start + length]))
        {
            if (length == digits.Length)
            {
                return length + 1;
            }

            digits[length] = (byte)(text[start + length] - '0');
            length++;
        }

        return length;
    }

    private static bool TryAccept(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<byte> digits, out Finding finding)
    {
        finding = default;
        if (!Boundary.EndsAt(text, end) || CardNetwork.Of(digits) is not { } network || !PassesLuhn(digits))
        {
            return false;
        }

        finding = new Finding(Type, start, end - start, 0.95, network.Why);
        return true;
    }

    private static bool PassesLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] * (1 + (i & 1));
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }
}
