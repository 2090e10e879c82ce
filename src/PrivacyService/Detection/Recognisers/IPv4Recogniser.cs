namespace PrivacyService.Detection.Recognisers;

/// <summary>Dotted IPv4 addresses; not four-part version numbers that say so, nor pieces of longer dotted numbers.</summary>
internal sealed class IPv4Recogniser : IRecogniser
{
    public const string Type = DataKind.Ip;

    private const int Octets = 4;
    private const int LongestOctet = 3;
    private const int ContextLength = 10;

    public string Anchors => "0123456789";

    public bool Wants(AnchorShape shape) => !shape.IsPreceded && shape.Length <= LongestOctet && shape.Next == '.';

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        if (Boundary.JoinsAt(text, anchor - 1)
            || (anchor > 1 && text[anchor - 1] == '.' && char.IsAsciiDigit(text[anchor - 2]))
            || !TryRead(text, anchor, out var end)
            || Boundary.JoinsAt(text, end)
            || (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
            || text[Math.Max(0, anchor - ContextLength)..anchor].Contains("version", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        finding = new Finding(Type, anchor, end - anchor, 0.85, "four octets");
        return true;
    }

    private static bool TryRead(ReadOnlySpan<char> text, int start, out int end)
    {
        end = start;
        for (var octet = 0; octet < Octets; octet++)
        {
            if (octet > 0 && (end >= text.Length || text[end++] != '.'))
            {
                return false;
            }

            var first = end;
            var value = 0;
            while (end < text.Length && end - first <= LongestOctet && char.IsAsciiDigit(text[end]))
            {
                value = (value * 10) + (text[end++] - '0');
            }

            var length = end - first;
            if (length is 0 or > LongestOctet || value > byte.MaxValue || (length > 1 && text[first] == '0'))
            {
                return false;
            }
        }

        return true;
    }
}
