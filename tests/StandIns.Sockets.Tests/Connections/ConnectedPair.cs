using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Sockets.Tests.Connections;

/// <summary>A connection under test, and the plain socket at its other end.</summary>
internal sealed class ConnectedPair : IDisposable
{
    private ConnectedPair(SocketConnection connection, Socket peer)
    {
        Connection = connection;
        Peer = peer;
    }

    public SocketConnection Connection { get; }

    public Socket Peer { get; }

    public static async Task<ConnectedPair> CreateAsync(PipeOptions? send = null, PipeOptions? receive = null)
    {
        var (near, far) = await CreateSocketsAsync();
        return new ConnectedPair(SocketConnection.Create(near, send, receive, name: "test"), far);
    }

    public static async Task<(Socket Near, Socket Far)> CreateSocketsAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketConnection.SetRecommendedClientOptions(near);
        var accepting = listener.AcceptAsync();
        await near.ConnectAsync(listener.LocalEndPoint!);
        var far = await accepting;
        far.NoDelay = true;
        return (near, far);
    }

    /// <summary>Closes the other end with a reset.</summary>
    public void ResetPeer()
    {
        Peer.LingerState = new LingerOption(enable: true, seconds: 0);
        Peer.Close();
    }

    public void Dispose()
    {
        Connection.Dispose();
        Peer.Dispose();
    }
}
