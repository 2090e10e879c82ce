using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial.Internal;

namespace Pipelines.Sockets.Unofficial;

/// <summary>A socket as a pair of pipes.</summary>
public sealed partial class SocketConnection : IMeasuredDuplexPipe, IDisposable
{
    private readonly SocketTransport _transport;
    private readonly ReceiveReader _input;
    private readonly SendWriter _output;
    private readonly string _name;

    private SocketConnection(
        Socket socket, PipeOptions send, PipeOptions receive, SocketConnectionOptions options, string? name)
    {
        _transport = new SocketTransport(socket);
        _input = new ReceiveReader(_transport, receive);
        _output = new SendWriter(_transport, send, options.HasFlag(SocketConnectionOptions.InlineWrites));
        _name = string.IsNullOrWhiteSpace(name) ? nameof(SocketConnection) : name.Trim();
    }

    /// <summary>What is received.</summary>
    public PipeReader Input => _input;

    /// <summary>What is to be sent.</summary>
    public PipeWriter Output => _output;

    /// <summary>The socket.</summary>
    public Socket Socket => _transport.Socket;

    /// <summary>Bytes received so far.</summary>
    public long BytesRead => _transport.BytesReceived;

    /// <summary>Bytes sent so far.</summary>
    public long BytesSent => _transport.BytesSent;

    /// <summary>The size of the last receive.</summary>
    public int LastReceived => _transport.LastReceived;

    /// <summary>How the connection first reached a closed state.</summary>
    public PipeShutdownKind ShutdownKind => _transport.ShutdownKind;

    /// <summary>What the socket reported, where <see cref="ShutdownKind"/> is about the socket.</summary>
    public SocketError SocketError => _transport.SocketError;

    long IMeasuredDuplexPipe.TotalBytesSent => BytesSent;

    long IMeasuredDuplexPipe.TotalBytesReceived => BytesRead;

    /// <summary>Loads what connections are made of, so that a broken installation shows at the start.</summary>
    public static void AssertDependencies()
    {
        _ = PipeOptions.Default;
        _ = Socket.OSSupportsIPv4;
    }

    /// <summary>Sets what a client's socket should have.</summary>
    public static void SetRecommendedClientOptions(Socket socket) => SetNoDelay(socket);

    /// <summary>Sets what a server's socket should have.</summary>
    public static void SetRecommendedServerOptions(Socket socket) => SetNoDelay(socket);

    /// <summary>Takes over a connected socket.</summary>
    public static SocketConnection Create(
        Socket socket,
        PipeOptions? pipeOptions = null,
        SocketConnectionOptions socketConnectionOptions = SocketConnectionOptions.None,
        string? name = null)
        => Create(socket, pipeOptions, pipeOptions, socketConnectionOptions, name);

    /// <summary>Takes over a connected socket.</summary>
    public static SocketConnection Create(
        Socket socket,
        PipeOptions? sendPipeOptions,
        PipeOptions? receivePipeOptions,
        SocketConnectionOptions socketConnectionOptions = SocketConnectionOptions.None,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return new SocketConnection(
            socket,
            sendPipeOptions ?? PipeOptions.Default,
            receivePipeOptions ?? PipeOptions.Default,
            socketConnectionOptions,
            name);
    }

    /// <summary>Notes that the conversation ended by the rules of its protocol, unless an end is noted already.</summary>
    public bool TrySetProtocolShutdown(PipeShutdownKind kind)
        => kind is PipeShutdownKind.ProtocolExitClient or PipeShutdownKind.ProtocolExitServer && _transport.TrySetShutdown(kind);

    /// <summary>What waits on each stage of the way.</summary>
    public Counters GetCounters()
    {
        var available = 0;
        try
        {
            available = Socket.Available;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed: nothing is available.
        }

        return new Counters(available, _output.UnsentBytes, _input.UnconsumedBytes);
    }

    /// <summary>The connection's name.</summary>
    public override string ToString() => _name;

    /// <summary>Closes the socket; reads and writes in progress end.</summary>
    public void Dispose() => _transport.Dispose();

    private static void SetNoDelay(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            socket.NoDelay = true;
        }
    }
}
