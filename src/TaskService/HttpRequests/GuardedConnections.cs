using System.Net;
using System.Net.Sockets;

namespace TaskService.HttpRequests;

/// <summary>Looks up hosts.</summary>
internal interface IHostAddresses
{
    Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken);
}

internal sealed class SystemHostAddresses : IHostAddresses
{
    public Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);
}

/// <summary>
/// Connects to addresses that may be called, and to no others. The name is looked up once, here, and what was looked at is what is connected to: a
/// name server that answers otherwise a moment later changes nothing.
/// </summary>
internal sealed class GuardedConnections(IHostAddresses addresses, PublicNetworks networks)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var found = await addresses.FindAsync(context.DnsEndPoint.Host, cancellationToken);

        // A name that leads inside as well as outside is not to be trusted at all.
        if (found.Length == 0 || !Array.TrueForAll(found, networks.Contains))
        {
            throw new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The host leads to an address that may not be called. It says no more: which one is nobody's business.</summary>
internal sealed class AddressRefusedException() : Exception("The host leads to an address that may not be called.");
