namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// US social security numbers by the rules of the Social Security Administration: no area 000, 666 or from 900, no group 00, no
/// serial 0000. With hyphens as they are printed; with spaces or in one piece only after a word that announces one.
/// </summary>
internal sealed class SsnRecogniser : IRecogniser
{
    private const int AreaDigits = 3;
    private const int Digits = 9;
    private const int WrittenLength = 11;
    private const int SecondSeparator = 6;
    private const int Reach = 28;

    private static readonly string[] Words = ["ssn", "social security", "social-security", "soc sec", "social_security"];

    public string Anchors => "0123456789";

    public bool Wants(AnchorShape shape) =>
        !shape.IsPreceded
        && !shape.IsContinued
        && shape.First != '9'
        && (shape.Length == Digits || (shape.Length == AreaDigits && shape.Next is '-' or ' '));

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var separated = anchor + AreaDigits < text.Length && !char.IsAsciiDigit(text[anchor + AreaDigits]);
        var length = separated ? WrittenLength : Digits;
        if (anchor + length > text.Length)
        {
            return false;
        }

        var number = text.Slice(anchor, length);
        if (separated && (number[SecondSeparator] != number[AreaDigits] || number[AreaDigits] is not ('-' or ' ')))
        {
            return false;
        }

        var (group, serial) = separated ? (4, 7) : (3, 5);
        if (!TryRead(number[..AreaDigits], out var area)
            || !TryRead(number.Slice(group, 2), out var groupNumber)
            || !TryRead(number.Slice(serial, 4), out var serialNumber)
            || area is 0 or 666 or >= 900
            || groupNumber == 0
            || serialNumber == 0
            || !Boundary.StartsAt(text, anchor)
            || !Boundary.EndsAt(text, anchor + length))
        {
            return false;
        }

        var announced = IsAnnounced(text[..anchor]);
        if (!announced && number[AreaDigits] != '-')
        {
            return false;
        }

        finding = new Finding(DataKind.Ssn, anchor, length, announced ? 0.95 : 0.8, "area, group and serial that are issued");
        return true;
    }

    private static bool TryRead(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }

    private static bool IsAnnounced(ReadOnlySpan<char> before)
    {
        var context = before[Math.Max(0, before.Length - Reach)..];
        foreach (var word in Words)
        {
            if (context.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
