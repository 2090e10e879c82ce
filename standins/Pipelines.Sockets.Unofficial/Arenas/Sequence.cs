namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A <see cref="Sequence{T}"/> whose element type is not part of its own type.</summary>
public readonly struct Sequence : IEquatable<Sequence>
{
    private readonly object? _block;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(object? block, int offset, int length)
    {
        _block = block;
        _offset = offset;
        _length = length;
    }

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Whether two sequences are the same region.</summary>
    public static bool operator ==(Sequence left, Sequence right) => left.Equals(right);

    /// <summary>Whether two sequences are different regions.</summary>
    public static bool operator !=(Sequence left, Sequence right) => !left.Equals(right);

    /// <summary>The sequence with its element type, which must be the one it was made with.</summary>
    public Sequence<T> Cast<T>()
        => _block is null ? default : new Sequence<T>((ArenaBlock<T>)_block, _offset, _length);

    /// <inheritdoc />
    public bool Equals(Sequence other)
        => ReferenceEquals(_block, other._block) && _offset == other._offset && _length == other._length;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Sequence other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_block, _offset, _length);
}
