namespace PrivacyService.Detection.Recognisers;

/// <summary>Bank accounts by ISO 13616: a country, its length, and the check by 97; in one piece or in printed groups of four.</summary>
internal sealed class IbanRecogniser : IRecogniser
{
    public const string Type = DataKind.Iban;

    private const int CountryLetters = 2;
    private const int CheckDigits = 2;
    private const int PrintedGroup = 4;

    /// <summary>Country and length, from the SWIFT registry.</summary>
    private const string Registry =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22"
        + "GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31"
        + "MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24"
        + "XK20YE30";

    private static readonly byte[] Lengths = ReadRegistry();

    public string Anchors => "0123456789";

    public bool Wants(AnchorShape shape) => char.IsAsciiLetter(shape.Previous) && shape.Length >= CheckDigits;

    public bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding)
    {
        finding = default;
        var start = anchor - CountryLetters;
        if (start < 0
            || !char.IsAsciiLetter(text[start])
            || !char.IsAsciiLetter(text[start + 1])
            || Boundary.JoinsAt(text, start - 1)
            || Lengths[Index(text[start], text[start + 1])] is not (> 0 and var length)
            || !TryReadToEnd(text, start, length, out var end)
            || Boundary.JoinsAt(text, end))
        {
            return false;
        }

        finding = new Finding(Type, start, end - start, 1, "country, length and check by 97");
        return true;
    }

    /// <summary>The number is read with its first four characters moved to the end; their part of the sum is kept aside.</summary>
    private static bool TryReadToEnd(ReadOnlySpan<char> text, int start, int length, out int end)
    {
        var head = 0;
        var remainder = 0;
        end = start;
        for (var read = 0; read < length; read++, end++)
        {
            if (read > 0 && read % PrintedGroup == 0 && end < text.Length && text[end] == ' ')
            {
                end++;
            }

            if (end >= text.Length || !char.IsAsciiLetterOrDigit(text[end]))
            {
                return false;
            }

            if (read is CountryLetters or CountryLetters + 1 && !char.IsAsciiDigit(text[end]))
            {
                return false;
            }

            if (read < PrintedGroup)
            {
                head = Append(head, text[end]);
            }
            else
            {
                remainder = Append(remainder, text[end]) % 97;
            }
        }

        // Two letters are four digits, then two check digits: the head shifts the rest by a million.
        return ((remainder * 1_000_000L) + head) % 97 == 1;
    }

    private static int Append(int number, char character) =>
        char.IsAsciiDigit(character)
            ? (number * 10) + (character - '0')
            : (number * 100) + ((character | 0x20) - 'a' + 10);

    private static int Index(char first, char second) => (((first | 0x20) - 'a') * 26) + (second | 0x20) - 'a';

    private static byte[] ReadRegistry()
    {
        var lengths = new byte[26 * 26];
        for (var i = 0; i < Registry.Length; i += 4)
        {
            lengths[Index(Registry[i], Registry[i + 1])] = byte.Parse(Registry.AsSpan(i + 2, 2));
        }

        return lengths;
    }
}
