namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// Issuer identification ranges, by their first six digits, and the lengths each network issues. The thirteen digits of long ago are
/// left out: they are what is printed on every product (EAN-13).
/// </summary>
internal sealed record CardNetwork(string Name, int First, int Last, params int[] Lengths)
{
    private const int PrefixDigits = 6;

    private static readonly CardNetwork[] All =
    [
        new("Visa", 400000, 499999, 16, 19),
        new("Mastercard", 510000, 559999, 16),
        new("Mastercard", 222100, 272099, 16),
        new("American Express", 340000, 349999, 15),
        new("American Express", 370000, 379999, 15),
        new("Discover", 601100, 601199, 16, 19),
        new("Discover", 644000, 659999, 16, 19),
        new("UnionPay", 620000, 629999, 16, 17, 18, 19),
        new("UnionPay", 810000, 817199, 16, 17, 18, 19),
        new("JCB", 352800, 358999, 16, 17, 18, 19),
        new("Diners Club", 300000, 305999, 14, 16, 19),
        new("Diners Club", 309500, 309599, 14, 16, 19),
        new("Diners Club", 360000, 369999, 14, 16, 19),
        new("Diners Club", 380000, 399999, 14, 16, 19),
        new("Mir", 220000, 220499, 16, 17, 18, 19),
        new("RuPay", 508500, 508999, 16),
        new("RuPay", 606985, 607984, 16),
        new("Maestro", 501800, 501899, 14, 15, 16, 17, 18, 19),
        new("Maestro", 502000, 502099, 14, 15, 16, 17, 18, 19),
        new("Maestro", 503800, 503899, 14, 15, 16, 17, 18, 19),
        new("Maestro", 589300, 589399, 14, 15, 16, 17, 18, 19),
        new("Maestro", 630400, 630499, 14, 15, 16, 17, 18, 19),
        new("Maestro", 675900, 676399, 14, 15, 16, 17, 18, 19),
    ];

    public string Why { get; } = $"{Name} range, length and check digit";

    /// <summary>The major industry digits (ISO/IEC 7812) of the networks above.</summary>
    public static bool MayStartWith(char digit) => digit is '2' or '3' or '4' or '5' or '6' or '8';

    public static CardNetwork? Of(ReadOnlySpan<byte> digits)
    {
        var prefix = 0;
        foreach (var digit in digits[..PrefixDigits])
        {
            prefix = (prefix * 10) + digit;
        }

        foreach (var network in All)
        {
            if (prefix >= network.First && prefix <= network.Last && network.Lengths.AsSpan().Contains(digits.Length))
            {
                return network;
            }
        }

        return null;
    }
}
