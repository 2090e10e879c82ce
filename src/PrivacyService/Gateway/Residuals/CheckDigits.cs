namespace PrivacyService.Gateway.Residuals;

/// <summary>What tells a number that was given to somebody from any other of its form.</summary>
internal static class CheckDigits
{
    public const int ShortestCard = 13;
    private const int LongestCard = 19;

    /// <summary>A number of the large networks whose last digit is right (ISO/IEC 7812-1, annex B).</summary>
    public static bool IsCard(ReadOnlySpan<char> written)
    {
        Span<int> digits = stackalloc int[LongestCard];
        var length = 0;
        foreach (var character in written)
        {
            if (char.IsAsciiDigit(character) && length < digits.Length)
            {
                digits[length++] = character - '0';
            }
        }

        digits = digits[..length];
        var sum = 0;
        for (var place = 0; place < length; place++)
        {
            var digit = digits[^(place + 1)];
            sum += place % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0 && IsOfNetwork(digits);
    }

    /// <summary>ISO 13616, modulo 97 of ISO 7064.</summary>
    public static bool IsIban(ReadOnlySpan<char> written)
    {
        const int Front = 4;
        var rest = 0;
        foreach (var part in (ReadOnlySpan<Range>)[Range.StartAt(Front), Range.EndAt(Front)])
        {
            foreach (var character in written[part])
            {
                rest = character == ' ' ? rest
                    : char.IsAsciiDigit(character) ? ((rest * 10) + character - '0') % 97
                    : ((rest * 100) + character - 'A' + 10) % 97;
            }
        }

        return rest == 1;
    }

    private static bool IsOfNetwork(ReadOnlySpan<int> digits) => (digits[0], digits[1], digits.Length) is
        (4, _, 13 or 16 or 19) or (5, >= 1 and <= 5, 16) or (3, 4 or 7, 15) or (6, 5, 16);
}
