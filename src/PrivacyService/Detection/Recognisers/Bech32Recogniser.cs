namespace PrivacyService.Detection.Recognisers;

/// <summary>Segregated-witness addresses of Bitcoin and Litecoin: Bech32 (BIP 173) for version 0, Bech32m (BIP 350) for the later ones.</summary>
internal sealed class Bech32Recogniser : IRecogniser
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ShortestData = 11;
    private const int LongestData = 71;
    private const uint Bech32 = 1;
    private const uint Bech32m = 0x2bc830a3;

    private static readonly string[] Chains = ["bc", "tb", "ltc", "bcrt"];

    private static readonly sbyte[] Values =
        [.. Enumerable.Range(0, 128).Select(character => (sbyte)Alphabet.IndexOf(char.ToLowerInvariant((char)character)))];

    public string Anchors => "1";

    public bool Wants(AnchorShape shape) => shape.Previous is 'a' or 'z';

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        if (ChainBefore(text[..anchor]) is not { } chain)
        {
            return false;
        }

        var start = anchor - chain.Length;
        var end = anchor + 1;
        while (end < text.Length && end - anchor <= LongestData + 1 && text[end] < Values.Length && Values[text[end]] >= 0)
        {
            end++;
        }

        if (end - anchor - 1 is < ShortestData or > LongestData
            || Boundary.JoinsAt(text, end)
            || !IsOfOneCase(text[start..end])
            || !IsChecked(chain, text[(anchor + 1)..end]))
        {
            return false;
        }

        finding = new Finding(DataKind.CryptoAddress, start, end - start, 1, "Bech32 of a known chain");
        return true;
    }

    private static string? ChainBefore(ReadOnlySpan<char> before)
    {
        foreach (var chain in Chains)
        {
            if (before.EndsWith(chain, StringComparison.OrdinalIgnoreCase) && !Boundary.JoinsAt(before, before.Length - chain.Length - 1))
            {
                return chain;
            }
        }

        return null;
    }

    private static bool IsOfOneCase(ReadOnlySpan<char> text) => !text.ContainsAnyInRange('a', 'z') || !text.ContainsAnyInRange('A', 'Z');

    private static bool IsChecked(string chain, ReadOnlySpan<char> data)
    {
        uint sum = 1;
        foreach (var character in chain)
        {
            sum = Step(sum, character >> 5);
        }

        sum = Step(sum, 0);
        foreach (var character in chain)
        {
            sum = Step(sum, character & 31);
        }

        foreach (var character in data)
        {
            sum = Step(sum, Values[character]);
        }

        return sum == (Values[data[0]] == 0 ? Bech32 : Bech32m);
    }

    private static uint Step(uint sum, int value)
    {
        var top = sum >> 25;
        sum = ((sum & 0x1ffffff) << 5) ^ (uint)value;
        sum ^= (top & 1) != 0 ? 0x3b6a57b2u : 0;
        sum ^= (top & 2) != 0 ? 0x26508e6du : 0;
        sum ^= (top & 4) != 0 ? 0x1ea119fau : 0;
        sum ^= (top & 8) != 0 ? 0x3d4233ddu : 0;
        return sum ^ ((top & 16) != 0 ? 0x2a1462b3u : 0);
    }
}
