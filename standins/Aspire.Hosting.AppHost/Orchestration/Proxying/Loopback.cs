using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Proxying;

internal static class Loopback
{
    public static IReadOnlyList<IPAddress> Addresses { get; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>True when the machine has no such loopback address: nothing can be there, and nothing is missed.</summary>
    public static bool IsMissing(SocketException exception) => exception.SocketErrorCode
        is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported;
}
