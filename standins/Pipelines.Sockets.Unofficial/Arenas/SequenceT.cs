namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A region of an arena, possibly over several blocks. Valid until the arena is reset.</summary>
public readonly partial struct Sequence<T> : IEquatable<Sequence<T>>
{
    private readonly ArenaBlock<T>? _block;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(ArenaBlock<T> block, int offset, int length)
    {
        _block = block;
        _offset = offset;
        _length = length;
    }

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Whether all elements lie in one piece.</summary>
    public bool IsSingleSegment => _block is null || _length <= _block.Length - _offset;

    /// <summary>The elements of the first piece.</summary>
    public Span<T> FirstSpan
        => _block is null ? default : _block.Slice(_offset, Math.Min(_length, _block.Length - _offset));

    /// <summary>The pieces, one after the other.</summary>
    public SpanEnumerable Spans => new(this);

    /// <summary>The element at a position.</summary>
    public ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_length, nameof(index));
            var block = _block!;
            var position = (long)_offset + index;
            while (position >= block.Length)
            {
                position -= block.Length;
                block = block.Next!;
            }

            return ref block.Slice((int)position, 1)[0];
        }
    }

    /// <summary>Whether two sequences are the same region.</summary>
    public static bool operator ==(Sequence<T> left, Sequence<T> right) => left.Equals(right);

    /// <summary>Whether two sequences are different regions.</summary>
    public static bool operator !=(Sequence<T> left, Sequence<T> right) => !left.Equals(right);

    /// <summary>The sequence without its element type.</summary>
    public Sequence Untyped() => new(_block, _offset, _length);

    /// <summary>Walks the elements.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <inheritdoc />
    public bool Equals(Sequence<T> other)
        => ReferenceEquals(_block, other._block) && _offset == other._offset && _length == other._length;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Sequence<T> other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_block, _offset, _length);
}
