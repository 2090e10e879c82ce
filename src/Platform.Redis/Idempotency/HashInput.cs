using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Platform.Redis.Idempotency;

/// <summary>Several values as one input of a hash, each behind its length: no two lists of values give the same input.</summary>
internal ref struct HashInput(Span<byte> initial)
{
    /// <summary>Enough for most requests.</summary>
    public const int StackLength = 1024;

    private Span<byte> _buffer = initial;
    private byte[]? _rented;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public void Append(string? text)
    {
        var length = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        Append(text is null ? -1 : length);
        Ensure(length);
        _length += Encoding.UTF8.GetBytes(text, _buffer[_length..]);
    }

    public void Append(long number)
    {
        Ensure(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer[_length..], number);
        _length += sizeof(long);
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    private void Ensure(int more)
    {
        if (_buffer.Length - _length >= more)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + more));
        _buffer[.._length].CopyTo(larger);
        Dispose();
        _buffer = _rented = larger;
    }
}
