namespace PrivacyService.Detection.Recognisers;

/// <summary>Bitcoin addresses of the older kinds, P2PKH and P2SH: Base58Check that begins with 1 or 3.</summary>
internal sealed class BitcoinRecogniser : IRecogniser
{
    private const int Shortest = 26;
    private const int Longest = 35;
    private const byte PayToKey = 0;
    private const byte PayToScript = 5;

    public string Anchors => "13";

    public bool Wants(AnchorShape shape) => !shape.IsPreceded && shape.Next is 'a' or 'z' or 'x';

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var length = Base58.Length(text.Slice(anchor, Math.Min(text.Length - anchor, Longest + 1)));
        if (length is < Shortest or > Longest
            || Boundary.JoinsAt(text, anchor + length)
            || !Base58.IsChecked(text.Slice(anchor, length), PayToKey, PayToScript))
        {
            return false;
        }

        finding = new Finding(DataKind.CryptoAddress, anchor, length, 1, "Base58Check of Bitcoin");
        return true;
    }
}
