using System.Net;
using System.Net.Sockets;

namespace UserService.Lockout;

/// <summary>The part of an address that somebody cannot change at will: a /24 of IPv4, a /56 of IPv6, which is what one connection gets.</summary>
internal static class Network
{
    private const int IPv4Bytes = 3;
    private const int IPv6Bytes = 7;

    public static string Of(string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
        {
            return "unknown";
        }

        var bytes = (parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed).GetAddressBytes();
        var kept = parsed.AddressFamily == AddressFamily.InterNetwork || bytes.Length == 4 ? IPv4Bytes : IPv6Bytes;
        return Convert.ToHexString(bytes.AsSpan(0, kept));
    }
}
