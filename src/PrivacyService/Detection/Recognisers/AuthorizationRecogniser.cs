namespace PrivacyService.Detection.Recognisers;

/// <summary>Credentials of HTTP (RFC 9110, section 11): what follows <c>Bearer</c>, and what follows <c>Basic</c> in its header.</summary>
internal sealed class AuthorizationRecogniser : IRecogniser
{
    private const string Bearer = "bearer ";
    private const string Basic = "basic ";
    private const string Header = "authorization";
    private const int Reach = 24;
    private const int ShortestBearer = 16;
    private const int ShortestInHeader = 6;
    private const int Longest = 8 * 1024;

    public string Anchors => "Bb";

    public bool Wants(AnchorShape shape) => !shape.IsPreceded && shape.Next is 'a' && shape.Previous is not ('_' or '-' or '.' or '/' or '@');

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var rest = text[anchor..];
        var isBearer = rest.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        if (!isBearer && !rest.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var scheme = isBearer ? Bearer.Length : Basic.Length;
        var value = rest[scheme..];
        var length = Credential.TokenLength(value, Longest);
        var inHeader = length >= ShortestInHeader
            && text[Math.Max(0, anchor - Reach)..anchor].Contains(Header, StringComparison.OrdinalIgnoreCase);
        if (!inHeader && (!isBearer || length < ShortestBearer || !Credential.LooksRandom(value[..length])))
        {
            return false;
        }

        finding = new Finding(
            DataKind.Secret, anchor + scheme, length, inHeader ? 0.95 : 0.85, isBearer ? "follows the word Bearer" : "follows the word Basic in its header");
        return true;
    }
}
