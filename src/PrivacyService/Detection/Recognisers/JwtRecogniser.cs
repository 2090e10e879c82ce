using System.Buffers;

namespace PrivacyService.Detection.Recognisers;

/// <summary>JSON Web Tokens (RFC 7519): two objects in base64url, each beginning with what <c>{"</c> becomes, and a signature or none.</summary>
internal sealed class JwtRecogniser : IRecogniser
{
    private const string Object = "eyJ";
    private const int ShortestPart = 12;
    private const int Longest = 16 * 1024;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public string Anchors => "J";

    public bool Wants(AnchorShape shape) => shape is { Previous: 'z', IsContinued: true };

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var start = anchor - (Object.Length - 1);

        // A token begins no part of another, so that what is scanned here is scanned once.
        if (start < 0 || text[start] != Object[0] || text[start + 1] != Object[1] || (start > 0 && IsOfToken(text[start - 1])))
        {
            return false;
        }

        var rest = text.Slice(start, Math.Min(text.Length - start, Longest));
        var header = PartLength(rest);
        if (header < ShortestPart || header + 1 + Object.Length > rest.Length || rest[header] != '.')
        {
            return false;
        }

        var claims = rest[(header + 1)..];
        var length = PartLength(claims);
        if (length < ShortestPart || !claims.StartsWith(Object, StringComparison.Ordinal) || length >= claims.Length || claims[length] != '.')
        {
            return false;
        }

        finding = new Finding(
            DataKind.Secret, start, header + length + 2 + PartLength(claims[(length + 1)..]), 0.98, "two objects in base64url: a JSON Web Token");
        return true;
    }

    private static int PartLength(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(Characters);
        return length < 0 ? text.Length : length;
    }

    private static bool IsOfToken(char character) => Characters.Contains(character) || character == '.';
}
