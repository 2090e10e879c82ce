using System.Globalization;

namespace PrivacyService.Aws;

/// <summary>An IPv4 address with hyphens for dots, as host names of instances have it.</summary>
internal static class DashedAddress
{
    private const int Octets = 4;

    public static bool TryRead(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        var count = 0;
        foreach (var range in text.Split('-'))
        {
            var octet = text[range];
            if (count++ == Octets || octet.Length is 0 or > 3 || (octet.Length > 1 && octet[0] == '0')
                || !byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return false;
            }

            address = (address << 8) | value;
        }

        return count == Octets;
    }

    public static string Write(uint address) =>
        string.Create(CultureInfo.InvariantCulture, $"{address >> 24}-{(address >> 16) & 255}-{(address >> 8) & 255}-{address & 255}");
}
