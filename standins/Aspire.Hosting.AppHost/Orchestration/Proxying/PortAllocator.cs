using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Proxying;

/// <summary>
/// Free ports below the range from which the system takes the local ports of outgoing connections. From that range, a server that
/// restarts could find its port taken by somebody's connection, and a client that retries could even connect to itself.
/// </summary>
internal static class PortAllocator
{
    private const int Lowest = 20001;
    private const int Attempts = 2000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Handed = [];
    private static readonly int Highest = FindHighest();

    /// <summary>A port nobody listens on, handed to nobody else in this process until it is returned.</summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            lock (Gate)
            {
                if (!Handed.Add(port))
                {
                    continue;
                }
            }

            if (IsFree(port))
            {
                return port;
            }

            Return(port);
        }

        throw new DistributedApplicationException($"No free TCP port was found between {Lowest} and {Highest}.");
    }

    public static void Return(int port)
    {
        lock (Gate)
        {
            Handed.Remove(port);
        }
    }

    public static bool IsFree(int port) => IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port);

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException exception)
        {
            return Loopback.IsMissing(exception);
        }
    }

    private static int FindHighest()
    {
        const string range = "/proc/sys/net/ipv4/ip_local_port_range";
        const int usual = 32768;
        if (File.Exists(range) && int.TryParse(File.ReadAllText(range).Split('\t', ' ')[0], out var lowest) && lowest > Lowest + 1000)
        {
            return lowest;
        }

        return usual;
    }
}
