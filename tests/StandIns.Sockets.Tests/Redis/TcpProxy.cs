using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace StandIns.Sockets.Tests.Redis;

/// <summary>What the proxy does with bytes on their way to the client.</summary>
internal enum ProxyMode
{
    Forward,

    /// <summary>Takes everything, passes nothing on, closes nothing.</summary>
    Swallow,

    /// <summary>Passes half of a reply on, then resets.</summary>
    ResetInReply,

    /// <summary>Passes half of a reply on, then ends the stream.</summary>
    CutInReply,
}

/// <summary>Sits between a client and a server on this machine, and breaks connections in chosen ways.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Link, byte> _links = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private int _accepted;
    private int _broken;

    public TcpProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Applies to connections that exist and to new ones.</summary>
    public ProxyMode Mode { get; set; }

    public int Accepted => Volatile.Read(ref _accepted);

    public int Broken => Volatile.Read(ref _broken);

    /// <summary>Connections that exist now never pass anything on again, and are never closed: half-open.</summary>
    public void AbandonExisting()
    {
        foreach (var link in _links.Keys)
        {
            link.Abandoned = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var link in _links.Keys)
        {
            link.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                Interlocked.Increment(ref _accepted);
                var link = new Link(client);
                _links[link] = 0;
                _ = RunAsync(link);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }
    }

    private async Task RunAsync(Link link)
    {
        try
        {
            await link.Server.ConnectAsync(IPAddress.Loopback, _serverPort);
            await Task.WhenAny(PumpAsync(link, link.Client, link.Server, toClient: false), PumpAsync(link, link.Server, link.Client, toClient: true));
        }
        catch (SocketException)
        {
            // The server is down; the client sees its connection end.
        }

        if (!link.Abandoned)
        {
            link.Dispose();
            _links.TryRemove(link, out _);
        }
    }

    private async Task PumpAsync(Link link, Socket from, Socket to, bool toClient)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int bytes;
            while ((bytes = await from.ReceiveAsync(buffer)) != 0)
            {
                if (link.Abandoned || Mode == ProxyMode.Swallow)
                {
                    continue;
                }

                if (toClient && Mode is ProxyMode.ResetInReply or ProxyMode.CutInReply && bytes > 1)
                {
                    await to.SendAsync(buffer.AsMemory(0, bytes / 2));
                    Interlocked.Increment(ref _broken);
                    to.LingerState = new LingerOption(enable: Mode == ProxyMode.ResetInReply, seconds: 0);
                    to.Close();
                    return;
                }

                for (var sent = 0; sent < bytes;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, bytes - sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side is gone; the link ends.
        }
    }

    private sealed class Link(Socket client) : IDisposable
    {
        public Socket Client => client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public bool Abandoned { get; set; }

        public void Dispose()
        {
            client.Dispose();
            Server.Dispose();
        }
    }
}
