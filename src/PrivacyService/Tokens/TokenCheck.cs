namespace PrivacyService.Tokens;

/// <summary>
/// Two check characters from a Reed-Solomon code over 32 symbols: at up to 31 characters its distance is three, so every edit
/// of one or two characters is caught, a swap of two among them. Unkeyed, so that anyone can tell a whole token from a torn one.
/// </summary>
internal static class TokenCheck
{
    public const int Length = 2;

    /// <summary>x⁵ + x² + 1, which generates all 31 non-zero symbols.</summary>
    private const int FieldPolynomial = 0b100101;

    private const int Symbols = 32;

    /// <summary>Not zero, so that a run of zeros is no token.</summary>
    private const byte FirstHigh = 21;

    private static readonly byte[] Powers = Generate();

    /// <summary>The generator (x − α)(x − α²) = x² + (α + α²)x + α³, as a table of products for each symbol.</summary>
    private static readonly byte[] TimesMiddle = Products((byte)(Powers[1] ^ Powers[2]));

    private static readonly byte[] TimesLast = Products(Powers[3]);

    public static void Compute(ReadOnlySpan<byte> symbols, Span<byte> check)
    {
        var high = FirstHigh;
        byte low = 0;
        foreach (var symbol in symbols)
        {
            var feedback = symbol ^ high;
            high = (byte)(low ^ TimesMiddle[feedback]);
            low = TimesLast[feedback];
        }

        check[0] = high;
        check[1] = low;
    }

    private static byte[] Generate()
    {
        var powers = new byte[Symbols - 1];
        var value = 1;
        for (var i = 0; i < powers.Length; i++)
        {
            powers[i] = (byte)value;
            value <<= 1;
            value = value >= Symbols ? value ^ FieldPolynomial : value;
        }

        return powers;
    }

    private static byte[] Products(byte factor)
    {
        var products = new byte[Symbols];
        for (var i = 0; i < Powers.Length; i++)
        {
            products[Powers[i]] = Powers[(i + Array.IndexOf(Powers, factor)) % Powers.Length];
        }

        return products;
    }
}
