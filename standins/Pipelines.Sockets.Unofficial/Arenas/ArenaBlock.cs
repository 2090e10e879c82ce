using System.Buffers;
using System.Runtime.InteropServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>One contiguous piece of an arena, linked to the next.</summary>
internal sealed class ArenaBlock<T>
{
    private readonly T[]? _array;
    private readonly int _arrayOffset;
    private readonly Memory<T> _memory;

    public ArenaBlock(IMemoryOwner<T> owner)
    {
        Owner = owner;
        _memory = owner.Memory;
        Length = _memory.Length;

        // Nearly always an array, and a span over one is much cheaper than Memory<T>.Span.
        if (MemoryMarshal.TryGetArray<T>(_memory, out var segment))
        {
            _array = segment.Array;
            _arrayOffset = segment.Offset;
        }
    }

    public IMemoryOwner<T> Owner { get; }

    public int Length { get; }

    public ArenaBlock<T>? Next { get; set; }

    public Span<T> Slice(int start, int length)
        => _array is null ? _memory.Span.Slice(start, length) : new Span<T>(_array, _arrayOffset + start, length);
}
