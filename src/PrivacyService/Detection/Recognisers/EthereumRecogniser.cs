namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// Ethereum addresses: 0x and forty hexadecimal digits. Letters of both cases are a check (EIP-55), which must be right; letters
/// of one case carry none.
/// </summary>
internal sealed class EthereumRecogniser : IRecogniser
{
    private const int PrefixLength = 2;
    private const int Digits = 40;
    private const int Length = PrefixLength + Digits;

    public string Anchors => "0";

    public bool Wants(AnchorShape shape) => shape is { IsPreceded: false, Length: 1, Next: 'x' };

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        if (text.Length - anchor < Length || Boundary.JoinsAt(text, anchor + Length))
        {
            return false;
        }

        var digits = text.Slice(anchor + PrefixLength, Digits);
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                return false;
            }
        }

        var mixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if ((mixed && !IsChecked(digits)) || digits.IndexOfAnyExcept(digits[0]) < 0)
        {
            return false;
        }

        finding = new Finding(
            DataKind.CryptoAddress, anchor, Length, mixed ? 1 : 0.85, mixed ? "address of Ethereum with its check" : "address of Ethereum");
        return true;
    }

    /// <summary>A letter is upper case where the digit of the hash of the lower-case address is 8 or more.</summary>
    private static bool IsChecked(ReadOnlySpan<char> digits)
    {
        Span<byte> lower = stackalloc byte[Digits];
        for (var i = 0; i < Digits; i++)
        {
            lower[i] = (byte)char.ToLowerInvariant(digits[i]);
        }

        Span<byte> hash = stackalloc byte[Keccak256.HashLength];
        Keccak256.Hash(lower, hash);
        for (var i = 0; i < Digits; i++)
        {
            var nibble = (i & 1) == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0x0F;
            if (char.IsAsciiLetter(digits[i]) && char.IsAsciiLetterUpper(digits[i]) != nibble >= 8)
            {
                return false;
            }
        }

        return true;
    }
}
