using System.Globalization;

namespace PrivacyService.Detection;

/// <summary>
/// Gives look-alike characters their ASCII form, one for one, so that offsets stay true: full-width forms, digits of other
/// scripts, the many spaces and hyphens that word processors put into numbers.
/// </summary>
internal static class TextFolding
{
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';
    private const char SmallCommercialAt = '\uFE6B';
    private const char MinusSign = '\u2212';

    public static void Fold(ReadOnlySpan<char> text, Span<char> folded)
    {
        for (var i = 0; i < text.Length; i++)
        {
            folded[i] = char.IsAscii(text[i]) ? text[i] : Fold(text[i]);
        }
    }

    private static char Fold(char character) => character switch
    {
        >= FirstFullWidth and <= LastFullWidth => (char)(character - FirstFullWidth + '!'),
        SmallCommercialAt => '@',
        MinusSign => '-',
        _ => char.GetUnicodeCategory(character) switch
        {
            UnicodeCategory.DecimalDigitNumber => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(character)),
            UnicodeCategory.SpaceSeparator => ' ',
            UnicodeCategory.DashPunctuation => '-',
            _ => character,
        },
    };
}
