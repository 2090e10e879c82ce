using System.Buffers;
using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial.Internal;

/// <summary>
/// The bytes received and not yet consumed. In the steady state one segment is filled, consumed whole and filled again.
/// Segments grow while receives fill them, so that a large reply takes few system calls, and go back to the pool at once
/// when they are consumed. Not safe for several threads.
/// </summary>
internal sealed class ReceiveBuffer(PipeOptions options)
{
    private const int MinFree = 2048;
    private const int MaxSegmentSize = 256 * 1024;
    private const int MaxIdleSize = 64 * 1024;

    private readonly MemoryPool<byte> _pool = options.Pool;
    private ReceiveSegment? _head;
    private ReceiveSegment? _tail;
    private int _headOffset;
    private int _nextSize = Math.Max(options.MinimumSegmentSize, 2 * MinFree);

    /// <summary>How many bytes wait to be consumed.</summary>
    public long Length => _tail is null ? 0 : _tail.End - Start;

    /// <summary>Whether the reader has yet to look at some of the bytes.</summary>
    public bool HasUnexamined => _tail is not null && _tail.End > Examined;

    public ReadOnlySequence<byte> Sequence
        => _tail is null ? default : new ReadOnlySequence<byte>(_head!, _headOffset, _tail, _tail.Filled);

    private long Start => _head!.RunningIndex + _headOffset;

    private long Examined { get; set; }

    /// <summary>Memory for the next receive.</summary>
    public Memory<byte> GetFree()
    {
        if (_tail is null)
        {
            _head = _tail = new ReceiveSegment(_pool, _nextSize, Examined);
            _headOffset = 0;
        }
        else if (_tail.Capacity - _tail.Filled < MinFree)
        {
            var next = new ReceiveSegment(_pool, _nextSize, _tail.End);
            _tail.Append(next);
            _tail = next;
        }

        return _tail.Free;
    }

    /// <summary>Notes what a receive put into the memory.</summary>
    public void Fill(int bytes)
    {
        _tail!.Fill(bytes);
        if (_tail.Filled == _tail.Capacity)
        {
            _nextSize = Math.Min(_nextSize * 2, MaxSegmentSize);
        }
    }

    /// <summary>Drops what is consumed. While a receive runs, its segment stays as it is.</summary>
    public void Advance(SequencePosition consumed, SequencePosition examined, bool receiving)
    {
        if (consumed.GetObject() is not ReceiveSegment consumedSegment || examined.GetObject() is not ReceiveSegment examinedSegment)
        {
            // Positions of an empty result that was made before anything was received.
            return;
        }

        var consumedAt = consumedSegment.RunningIndex + consumed.GetInteger();
        var examinedAt = examinedSegment.RunningIndex + examined.GetInteger();
        if (_tail is null || consumedAt < Start || examinedAt < consumedAt || examinedAt > _tail.End)
        {
            throw new InvalidOperationException("The position is outside what was read, or examined comes before consumed.");
        }

        Examined = Math.Max(Examined, examinedAt);
        while (!ReferenceEquals(_head, consumedSegment))
        {
            ReleaseHead();
        }

        _headOffset = consumed.GetInteger();
        while (_headOffset == _head!.Filled && !ReferenceEquals(_head, _tail))
        {
            ReleaseHead();
        }

        if (consumedAt == _tail.End && !receiving)
        {
            Rewind();
        }
    }

    public void Release()
    {
        while (_head is not null)
        {
            ReleaseHead();
        }

        _tail = null;
    }

    private void ReleaseHead()
    {
        var head = _head!;
        _head = head.NextSegment;
        _headOffset = 0;
        head.Release();
    }

    private void Rewind()
    {
        if (_tail!.Capacity > MaxIdleSize)
        {
            _nextSize = MaxIdleSize;
            _tail.Release();
            _head = _tail = null;
            return;
        }

        _tail.Restart(_tail.End);
        _headOffset = 0;
    }
}
