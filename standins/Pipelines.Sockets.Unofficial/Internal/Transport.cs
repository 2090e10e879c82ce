using System.Buffers;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>What bytes are received from and sent to. One receive and one send may run at the same time.</summary>
internal abstract class Transport
{
    private long _received;
    private long _sent;
    private int _lastReceived;
    private int _heardSinceSend = 1;

    public long BytesReceived => Volatile.Read(ref _received);

    public long BytesSent => Volatile.Read(ref _sent);

    public int LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Receives into the buffer; 0 is the end of the stream.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends the head of the buffer, and returns how much of it was sent.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlySequence<byte> buffer);

    /// <summary>Notes why receiving ended, and says what the reader is told; <c>null</c> for a plain end.</summary>
    public abstract Exception? ReceiveEnded(Exception? error);

    /// <summary>Notes why sending ended, and says what the writer is told; <c>null</c> for a plain end.</summary>
    public abstract Exception? SendEnded(Exception? error);

    /// <summary>The consumer wants no more input.</summary>
    public abstract void ReaderCompleted();

    public void CountReceived(int bytes)
    {
        Volatile.Write(ref _lastReceived, bytes);
        Volatile.Write(ref _received, _received + bytes);
        Volatile.Write(ref _heardSinceSend, 1);
    }

    public void CountSent(int bytes) => Volatile.Write(ref _sent, _sent + bytes);

    /// <summary>
    /// Whether the peer was heard since this was last asked: then nothing is known to be in flight. Otherwise more is probably
    /// coming, and collecting it saves both sides a system call each.
    /// </summary>
    public bool TakeHeardSinceSend() => Interlocked.Exchange(ref _heardSinceSend, 0) != 0;
}
