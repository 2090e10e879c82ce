using System.Buffers;

namespace PrivacyService.Detection.Recognisers;

/// <summary>Private keys in PEM (RFC 7468), also where line ends are written as escapes, and also where the end was cut off.</summary>
internal sealed class PrivateKeyRecogniser : IRecogniser
{
    private const string Begin = "-----BEGIN ";
    private const string Label = "PRIVATE KEY";
    private const string Dashes = "-----";
    private const string End = "-----END ";
    private const int LongestLabel = 40;
    private const int ShortestBody = 40;
    private const int Longest = 16 * 1024;

    private static readonly SearchValues<char> Body =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-:,\\ \t\r\n");

    public string Anchors => "-";

    public bool Wants(AnchorShape shape) => shape.Next == '-' && shape.Previous != '-';

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var rest = text.Slice(anchor, Math.Min(text.Length - anchor, Longest));
        if (!rest.StartsWith(Begin, StringComparison.Ordinal))
        {
            return false;
        }

        var label = rest.Slice(Begin.Length, Math.Min(rest.Length - Begin.Length, LongestLabel));
        var labelEnd = label.IndexOf(Dashes, StringComparison.Ordinal);
        if (labelEnd < 0 || !label[..labelEnd].EndsWith(Label, StringComparison.Ordinal))
        {
            return false;
        }

        var bodyStart = Begin.Length + labelEnd + Dashes.Length;
        var body = rest[bodyStart..];
        var foreign = body.IndexOfAnyExcept(Body);
        body = foreign < 0 ? body : body[..foreign];
        var bodyEnd = body.IndexOf(Dashes, StringComparison.Ordinal);
        var end = bodyStart + (bodyEnd < 0 ? body.TrimEnd(" \\\r\n\t").Length : bodyEnd);
        if (end - bodyStart < ShortestBody)
        {
            return false;
        }

        finding = new Finding(DataKind.Secret, anchor, end + FooterLength(rest[end..]), 1, "a private key in PEM");
        return true;
    }

    private static int FooterLength(ReadOnlySpan<char> footer)
    {
        if (!footer.StartsWith(End, StringComparison.Ordinal))
        {
            return 0;
        }

        var label = footer.Slice(End.Length, Math.Min(footer.Length - End.Length, LongestLabel));
        var labelEnd = label.IndexOf(Dashes, StringComparison.Ordinal);
        return labelEnd < 0 ? 0 : End.Length + labelEnd + Dashes.Length;
    }
}
