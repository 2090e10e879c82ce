namespace PrivacyService.Detection.Recognisers;

/// <summary>Keys that providers mark by a prefix of words, so that scanners find them: <c>ghp_…</c>, <c>xoxb-…</c>, <c>sk_live_…</c>.</summary>
internal sealed class SecretTokenRecogniser : IRecogniser
{
    private const int LongestWord = 6;
    private const int LongestToken = 512;

    /// <summary>What stands before it may be more words: <c>sk-ant-api03-</c>.</summary>
    private const int RandomEnd = 16;

    public string Anchors => "_-";

    public bool Wants(AnchorShape shape) => shape.Previous is 'a' or 'z' or 'x' && shape.IsContinued;

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var start = anchor;
        while (start > 0 && anchor - start <= LongestWord && char.IsAsciiLetter(text[start - 1]))
        {
            start--;
        }

        if (SecretToken.Of(text, start, anchor) is not { } token || Boundary.JoinsAt(text, start - 1))
        {
            return false;
        }

        var key = text[(start + token.Prefix.Length)..];
        var length = Credential.KeyLength(key, LongestToken);
        if (length < token.Shortest || !Credential.LooksRandom(key[Math.Max(0, length - RandomEnd)..length]))
        {
            return false;
        }

        finding = new Finding(DataKind.Secret, start, token.Prefix.Length + length, 0.95, token.Why);
        return true;
    }
}
