namespace PrivacyService.Detection.Recognisers;

/// <summary>A calendar date in digits, in any order that people use.</summary>
internal static class WrittenDate
{
    private const int Shortest = 6;
    private const int Longest = 10;

    /// <summary>1985-04-12, 12.4.1985, 04/12/85, 19850412.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        if (text.Length is < Shortest or > Longest)
        {
            return false;
        }

        var separators = 0;
        var separator = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                continue;
            }

            if (text[i] is not ('-' or '.' or '/') || (separators > 0 && text[i] != separator) || i == 0 || i == text.Length - 1)
            {
                return false;
            }

            separator = text[i];
            separators++;
        }

        return separators == 2 || (separators == 0 && text.Length is 6 or 8);
    }
}
