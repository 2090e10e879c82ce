using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>A stream, disposed when neither side uses it any more.</summary>
internal sealed class StreamTransport(Stream stream, bool sends, bool receives) : Transport
{
    private int _users = (sends ? 1 : 0) + (receives ? 1 : 0);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer, CancellationToken.None);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> SendAsync(ReadOnlySequence<byte> buffer)
    {
        var sent = 0;
        foreach (var memory in buffer)
        {
            await stream.WriteAsync(memory, CancellationToken.None).ConfigureAwait(false);
            sent += memory.Length;
        }

        await stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return sent;
    }

    public override Exception? ReceiveEnded(Exception? error)
    {
        Leave();
        return Describe(error);
    }

    public override Exception? SendEnded(Exception? error)
    {
        Leave();
        return Describe(error);
    }

    public override void ReaderCompleted()
    {
        // The receive in progress ends with the stream, which belongs to the caller until both sides are through.
    }

    private static Exception? Describe(Exception? error) => error switch
    {
        IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } }
            => new ConnectionResetException(error.Message, error),
        ObjectDisposedException => new ConnectionAbortedException(error.Message, error),
        _ => error,
    };

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            stream.Dispose();
        }
    }
}
