using System.Buffers;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>One buffer of received bytes, linked to the next.</summary>
internal sealed class ReceiveSegment : ReadOnlySequenceSegment<byte>
{
    private readonly IMemoryOwner<byte>? _owner;
    private readonly byte[]? _array;
    private readonly Memory<byte> _buffer;

    public ReceiveSegment(MemoryPool<byte> pool, int size, long position)
    {
        // The shared memory pool is the array pool with an owner object around each array.
        if (ReferenceEquals(pool, MemoryPool<byte>.Shared))
        {
            _array = ArrayPool<byte>.Shared.Rent(size);
            _buffer = _array;
        }
        else
        {
            _owner = pool.Rent(Math.Min(size, pool.MaxBufferSize));
            _buffer = _owner.Memory;
        }

        Restart(position);
    }

    public ReceiveSegment? NextSegment => (ReceiveSegment?)Next;

    public int Filled { get; private set; }

    public int Capacity => _buffer.Length;

    public Memory<byte> Free => _buffer[Filled..];

    public long End => RunningIndex + Filled;

    public void Append(ReceiveSegment next) => Next = next;

    public void Fill(int bytes)
    {
        Filled += bytes;
        Memory = _buffer[..Filled];
    }

    /// <summary>Empties the segment, so that it holds what comes at <paramref name="position"/> of the stream.</summary>
    public void Restart(long position)
    {
        Filled = 0;
        Memory = _buffer[..0];
        RunningIndex = position;
    }

    public void Release()
    {
        if (_array is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _owner?.Dispose();
    }
}
