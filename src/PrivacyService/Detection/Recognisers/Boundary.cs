namespace PrivacyService.Detection.Recognisers;

/// <summary>Where a value may begin and end inside running text.</summary>
internal static class Boundary
{
    private const char FirstThai = '\u0E00';
    private const char LastLao = '\u0EFF';
    private const char FirstEastAsian = '\u2E80';

    /// <summary>
    /// Whether a character continues a word. Scripts that are written without spaces do not join: a number directly after a
    /// Chinese or Thai word still stands alone. Nor does an underscore, which file names and Markdown put around values.
    /// </summary>
    public static bool Joins(char character) =>
        char.IsAscii(character)
            ? char.IsAsciiLetterOrDigit(character)
            : character is < FirstEastAsian and not (>= FirstThai and <= LastLao) && char.IsLetterOrDigit(character);

    public static bool JoinsAt(ReadOnlySpan<char> text, int index) => (uint)index < (uint)text.Length && Joins(text[index]);

    /// <summary>False inside a word, and inside a longer number: a decimal, a range of digits, a UUID.</summary>
    public static bool StartsAt(ReadOnlySpan<char> text, int start) =>
        !JoinsAt(text, start - 1)
        && !(start > 1 && text[start - 1] is '-' or '.' or '+' && char.IsAsciiDigit(text[start - 2]));

    /// <inheritdoc cref="StartsAt"/>
    public static bool EndsAt(ReadOnlySpan<char> text, int end) =>
        !JoinsAt(text, end)
        && !(end + 1 < text.Length && text[end] is '-' or '.' && char.IsAsciiDigit(text[end + 1]));
}
