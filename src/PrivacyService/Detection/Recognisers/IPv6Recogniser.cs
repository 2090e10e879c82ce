using System.Net;

namespace PrivacyService.Detection.Recognisers;

/// <summary>IPv6 addresses, found from their first colon. Names such as <c>std::string</c> and times are not addresses.</summary>
internal sealed class IPv6Recogniser : IRecogniser
{
    public const string Type = DataKind.Ip;

    private const int LongestGroup = 4;
    private const int LongestAddress = 45;
    private const int FullColons = 7;

    /// <summary>"::1", "a::b" and "1::2" are an address of nobody, or code.</summary>
    private const int FewestHexDigits = 4;

    public string Anchors => ":";

    public bool Wants(AnchorShape shape) =>
        shape.Next == ':' || (shape.Previous is 'a' or '5' && shape.Next is 'a' or '5');

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var start = anchor;
        while (start > 0 && anchor - start <= LongestGroup && char.IsAsciiHexDigit(text[start - 1]))
        {
            start--;
        }

        if (anchor - start > LongestGroup || Boundary.JoinsAt(text, start - 1) || ContinuesAddress(text, start))
        {
            return false;
        }

        var length = Measure(text[start..]);
        if (length == 0 || Boundary.JoinsAt(text, start + length) || !IPAddress.IsValid(text.Slice(start, length)))
        {
            return false;
        }

        finding = new Finding(Type, start, length, 0.95, "eight groups, or fewer around a double colon");
        return true;
    }

    /// <summary>A colon before the first group means that the group is not the first, unless a label ends there ("ip:fe80::1").</summary>
    private static bool ContinuesAddress(ReadOnlySpan<char> text, int start) =>
        start > 0 && text[start - 1] == ':' && (start == 1 || text[start - 2] == ':' || char.IsAsciiHexDigit(text[start - 2]));

    private static int Measure(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && length <= LongestAddress && (char.IsAsciiHexDigit(text[length]) || text[length] is ':' or '.'))
        {
            length++;
        }

        if (length > LongestAddress)
        {
            return 0;
        }

        while (length > 0 && (text[length - 1] == '.' || (text[length - 1] == ':' && (length < 2 || text[length - 2] != ':'))))
        {
            length--;
        }

        var colons = 0;
        var hexDigits = 0;
        var decimalDigits = 0;
        var shortened = false;
        for (var i = 0; i < length; i++)
        {
            colons += text[i] == ':' ? 1 : 0;
            hexDigits += char.IsAsciiHexDigit(text[i]) ? 1 : 0;
            decimalDigits += char.IsAsciiDigit(text[i]) ? 1 : 0;
            shortened |= i > 0 && text[i] == ':' && text[i - 1] == ':';
        }

        return (shortened || colons >= FullColons - 1) && hexDigits >= FewestHexDigits && decimalDigits > 0 ? length : 0;
    }
}
