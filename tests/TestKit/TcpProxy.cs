using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.TestKit;

/// <summary>
/// A network that misbehaves on purpose: a loopback port in front of a server, whose connections can be delayed, swallowed, reset, cut in
/// the middle of a reply, or left half open.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _open = Opened();
    private volatile Cut? _cut;

    private TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port to connect to instead of the server's.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections are open.</summary>
    public int Connections => _links.Count;

    /// <summary>The most connections that were open at once.</summary>
    public int MostConnections { get; private set; }

    /// <summary>How long every reply takes on its way.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Stands in front of a server on this machine.</summary>
    public static TcpProxy Start(int targetPort) => new(targetPort);

    /// <summary>From now on nothing arrives in either direction, and nobody is told: no reset, no end.</summary>
    public void Swallow() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held back arrives, and everything after it.</summary>
    public void Deliver() => _open.TrySetResult();

    /// <summary>Ends every connection with a reset on both sides.</summary>
    public void Reset()
    {
        foreach (var link in _links.Keys)
        {
            link.Reset();
        }
    }

    /// <summary>The server loses every connection and the clients hear nothing of it: what they send is thrown away.</summary>
    public void LeaveHalfOpen()
    {
        foreach (var link in _links.Keys)
        {
            link.LeaveHalfOpen();
        }
    }

    /// <summary>Lets so many bytes of the next reply that begins so through, and resets its connection.</summary>
    public void CutNextReply(string beginning, int after) => _cut = new Cut(Encoding.ASCII.GetBytes(beginning), after);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Deliver();
        _listener.Stop();
        Reset();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is being stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var link = new Link(client);
        _links[link] = true;
        MostConnections = Math.Max(MostConnections, _links.Count);
        try
        {
            await _open.Task;
            await link.Server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            await Task.WhenAny(PumpAsync(link, link.Client, link.Server, replies: false), PumpAsync(link, link.Server, link.Client, replies: true));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Nobody listens there now.
        }

        _links.TryRemove(link, out _);
    }

    private async Task PumpAsync(Link link, Socket from, Socket to, bool replies)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stopping.Token) is > 0 and var read)
            {
                await _open.Task;
                var cut = replies ? CutOf(buffer.AsSpan(0, read)) : -1;
                if (replies && Latency > TimeSpan.Zero)
                {
                    await Task.Delay(Latency, _stopping.Token);
                }

                if (!link.IsHalfOpen)
                {
                    await to.SendAsync(buffer.AsMemory(0, cut >= 0 ? cut : read), _stopping.Token);
                }

                if (cut >= 0)
                {
                    link.Reset();
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side ended it.
        }

        if (link.IsHalfOpen && replies)
        {
            // The client goes on talking to nobody until it gives up.
            await link.Forgotten;
        }
    }

    // How much of what arrived goes on; -1 for all of it.
    private int CutOf(ReadOnlySpan<byte> arrived)
    {
        if (_cut is not { } cut || arrived.IndexOf(cut.Beginning) is not (>= 0 and var index))
        {
            return -1;
        }

        _cut = null;
        return Math.Min(index + cut.After, arrived.Length);
    }

    private sealed record Cut(byte[] Beginning, int After);

    private sealed class Link(Socket client) : IDisposable
    {
        private readonly TaskCompletionSource _forgotten = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Socket Client => client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public volatile bool IsHalfOpen;

        public Task Forgotten => _forgotten.Task;

        public void Reset()
        {
            ResetOnClose(client);
            ResetOnClose(Server);
            Dispose();
        }

        private static void ResetOnClose(Socket socket)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It is closed already.
            }
        }

        public void LeaveHalfOpen()
        {
            IsHalfOpen = true;
            Server.Dispose();
        }

        public void Dispose()
        {
            client.Dispose();
            Server.Dispose();
            _forgotten.TrySetResult();
        }
    }
}
