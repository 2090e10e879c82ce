using System.Buffers;

namespace PrivacyService.Detection.Recognisers;

/// <summary>The user and password in a URL (RFC 3986, section 3.2.1): all between <c>://</c> and the @ before the host.</summary>
internal sealed class UrlCredentialsRecogniser : IRecogniser
{
    private const int Longest = 256;
    private const string Separator = "://";

    /// <summary>No characters of an authority.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create("/?#\"'<>\\ \t\r\n|{}`");

    public string Anchors => ":";

    public bool Wants(AnchorShape shape) => shape.Next == '/' && shape.IsPreceded;

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var rest = text[anchor..];
        if (!rest.StartsWith(Separator, StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest.Slice(Separator.Length, Math.Min(rest.Length - Separator.Length, Longest));
        var end = rest.IndexOfAny(Ends);
        var authority = end < 0 ? rest : rest[..end];

        // A password may hold an @ that should have been encoded: the host begins after the last.
        var host = authority.LastIndexOf('@');
        if (host < 0 || authority[..host].IndexOf(':') is < 0 || host == authority.Length - 1)
        {
            return false;
        }

        finding = new Finding(DataKind.UrlCredentials, anchor + Separator.Length, host, 0.95, "user and password before the host of a URL");
        return true;
    }

    /// <summary>Whether an @ closes a user and password, so that what surrounds it only looks like a mailbox.</summary>
    public static bool ClosedBy(ReadOnlySpan<char> text, int at)
    {
        var before = text[Math.Max(0, at - Longest)..at];
        var authority = before[(before.LastIndexOfAny(Ends) + 1)..];
        return authority.Length > 0
            && authority.Contains(':')
            && before[..^authority.Length].EndsWith(Separator, StringComparison.Ordinal);
    }
}
