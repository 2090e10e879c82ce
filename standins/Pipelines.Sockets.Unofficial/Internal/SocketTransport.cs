using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pipelines.Sockets.Unofficial.Internal;

internal sealed class SocketTransport(Socket socket) : Transport
{
    // Bounds one system call; the rest follows with the next.
    private const int MaxSegmentsPerSend = 64;

    private readonly List<ArraySegment<byte>> _segments = [];
    private SocketAwaitableEventArgs? _gather;
    private int _shutdownKind;
    private int _disposed;

    public Socket Socket => socket;

    public PipeShutdownKind ShutdownKind => (PipeShutdownKind)Volatile.Read(ref _shutdownKind);

    public SocketError SocketError { get; private set; }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        => socket.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None);

    public override ValueTask<int> SendAsync(ReadOnlySequence<byte> buffer)
        => buffer.IsSingleSegment
            ? socket.SendAsync(buffer.First, SocketFlags.None, CancellationToken.None)
            : GatherAsync(buffer);

    public override Exception? ReceiveEnded(Exception? error)
    {
        switch (error)
        {
            case null:
                TrySetShutdown(PipeShutdownKind.ReadEndOfStream);
                return null;
            case ObjectDisposedException:
                TrySetShutdown(PipeShutdownKind.ReadDisposed);
                break;
            case SocketException socketError:
                TrySetShutdown(PipeShutdownKind.ReadSocketError, socketError.SocketErrorCode);
                break;
            case IOException:
                TrySetShutdown(PipeShutdownKind.ReadIOException);
                break;
            default:
                TrySetShutdown(PipeShutdownKind.ReadException);
                break;
        }

        return Describe(error);
    }

    public override Exception? SendEnded(Exception? error)
    {
        switch (error)
        {
            case null:
                TrySetShutdown(PipeShutdownKind.WriteEndOfStream);
                TryShutdown(SocketShutdown.Send);
                break;
            case ObjectDisposedException:
                TrySetShutdown(PipeShutdownKind.WriteDisposed);
                break;
            case SocketException socketError:
                TrySetShutdown(PipeShutdownKind.WriteSocketError, socketError.SocketErrorCode);
                break;
            case IOException:
                TrySetShutdown(PipeShutdownKind.WriteIOException);
                break;
            default:
                TrySetShutdown(PipeShutdownKind.WriteException);
                break;
        }

        _gather?.Dispose();
        return error is null ? null : Describe(error);
    }

    public override void ReaderCompleted()
    {
        TrySetShutdown(PipeShutdownKind.InputReaderCompleted);
        TryShutdown(SocketShutdown.Receive);
    }

    public bool TrySetShutdown(PipeShutdownKind kind, SocketError error = SocketError.Success)
    {
        if (Interlocked.CompareExchange(ref _shutdownKind, (int)kind, (int)PipeShutdownKind.None) != (int)PipeShutdownKind.None)
        {
            return false;
        }

        if (error != SocketError.Success)
        {
            SocketError = error;
        }

        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            TrySetShutdown(PipeShutdownKind.PipeDisposed);
            TryShutdown(SocketShutdown.Both);
            socket.Dispose();
        }
    }

    private Exception? Describe(Exception error)
    {
        var disposed = Volatile.Read(ref _disposed) != 0;
        return error switch
        {
            // Whoever disposed the connection expects its operations to end, and asks for no reason.
            ObjectDisposedException when disposed => null,
            SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted } when disposed => null,
            ObjectDisposedException => new ConnectionAbortedException(error.Message, error),
            SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted }
                => new ConnectionAbortedException(error.Message, error),
            SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted }
                => new ConnectionResetException(error.Message, error),
            _ => error,
        };
    }

    private void TryShutdown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer or the owner was faster; closed is what was wanted.
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> GatherAsync(ReadOnlySequence<byte> buffer)
    {
        foreach (var memory in buffer)
        {
            if (!MemoryMarshal.TryGetArray(memory, out var segment))
            {
                // Memory of a caller's own pool that is not an array: send what lies before it, or it alone.
                if (_segments.Count == 0)
                {
                    return await socket.SendAsync(memory, SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
                }

                break;
            }

            if (segment.Count != 0)
            {
                _segments.Add(segment);
            }

            if (_segments.Count == MaxSegmentsPerSend)
            {
                break;
            }
        }

        var args = _gather ??= new SocketAwaitableEventArgs();
        args.BufferList = _segments;
        try
        {
            if (!socket.SendAsync(args))
            {
                args.Complete();
            }

            return await args;
        }
        finally
        {
            // They go back to their pool, which must be free to drop them.
            args.BufferList = null;
            _segments.Clear();
        }
    }
}
