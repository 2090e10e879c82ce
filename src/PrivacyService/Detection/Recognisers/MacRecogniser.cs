namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// Hardware addresses (IEEE 802, EUI-48): six pairs of hexadecimal digits with colons or hyphens. Not a piece of a longer row of
/// pairs, which is a fingerprint, nor one value repeated, which addresses nobody.
/// </summary>
internal sealed class MacRecogniser : IRecogniser
{
    private const int Pairs = 6;
    private const int PairLength = 3;
    private const int Length = (Pairs * PairLength) - 1;

    public string Anchors => ":-";

    public bool Wants(AnchorShape shape) => shape.Previous is 'a' or '5' && shape.Next is 'a' or '5';

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var start = anchor - (PairLength - 1);
        if (start < 0 || start + Length > text.Length)
        {
            return false;
        }

        var address = text.Slice(start, Length);
        var separator = text[anchor];
        for (var i = Length - PairLength; i > 0; i -= PairLength)
        {
            if (address[i] != separator)
            {
                return false;
            }
        }

        if (!IsOfPairs(address)
            || Continues(text, start - 1, start - 2, separator)
            || Continues(text, start + Length, start + Length + 1, separator)
            || address.IndexOfAnyExcept(address[0], separator) < 0)
        {
            return false;
        }

        finding = new Finding(DataKind.Mac, start, Length, 0.9, "six pairs of hexadecimal digits");
        return true;
    }

    private static bool IsOfPairs(ReadOnlySpan<char> address)
    {
        for (var i = 0; i < Length; i += PairLength)
        {
            if (!char.IsAsciiHexDigit(address[i]) || !char.IsAsciiHexDigit(address[i + 1]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Continues(ReadOnlySpan<char> text, int index, int beyond, char separator) =>
        Boundary.JoinsAt(text, index)
        || ((uint)index < (uint)text.Length
            && text[index] == separator
            && (uint)beyond < (uint)text.Length
            && char.IsAsciiHexDigit(text[beyond]));
}
