namespace PrivacyService.StandIns;

/// <summary>A number as somebody wrote it, and the range that its stand-in is taken from.</summary>
/// <param name="Digits">Those that the stand-in's take the places of: the last ones of the text. Null where it is put in the place of the whole text.</param>
internal sealed record WrittenNumber(string Text, DigitRange Range, string? Digits)
{
    /// <summary>What is one value however it is written: each has one stand-in.</summary>
    public string Value => Digits ?? "as written " + Text;

    /// <summary>What is kept for a stand-in to be found by: what <see cref="NumberCandidates"/> makes of it.</summary>
    public string KeyOf(string standIn) => Digits is null ? International(standIn) : standIn;

    /// <summary>The text with the digits of a stand-in in it.</summary>
    public string With(string standIn) => Digits is null ? International(standIn) : Replace(Text, standIn);

    /// <summary>Puts digits in the places of the last ones of a text; all else in it stays.</summary>
    public static string Replace(ReadOnlySpan<char> text, ReadOnlySpan<char> digits)
    {
        var replaced = text.ToArray();
        var next = digits.Length;
        for (var i = text.Length - 1; i >= 0 && next > 0; i--)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                replaced[i] = digits[--next];
            }
        }

        return new string(replaced);
    }

    private string International(string standIn) => $"+{Range.Code}{standIn}";
}
