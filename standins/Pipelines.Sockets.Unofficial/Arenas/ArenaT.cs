using System.Buffers;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>
/// Hands out sequences of elements that all end at the next <see cref="Reset"/>. For one user at a time.
/// Memory is taken at the first allocation, and given back when a reset finds more than the retention policy keeps.
/// </summary>
public sealed class Arena<T> : IDisposable
{
    // Below the size from which arrays live in the large object heap.
    private const int DefaultBlockSizeBytes = 64 * 1024;

    // One huge reply must not be held for the life of a connection.
    private const long MaxDefaultRetentionBytes = 1024 * 1024;

    private readonly Allocator<T>? _allocator;
    private readonly Func<long, long, long> _retentionPolicy;
    private readonly int _blockLength;
    private readonly bool _clearAtReset;
    private readonly bool _clearAtDispose;
    private ArenaBlock<T>? _first;
    private ArenaBlock<T>? _current;
    private int _used;
    private long _usedBefore;
    private long _retained;
    private bool _disposed;

    /// <summary>Creates the arena.</summary>
    /// <param name="options">Block size, clearing and retention; <c>null</c> for the default.</param>
    /// <param name="allocator">Where blocks come from; <c>null</c> for the shared array pool.</param>
    public Arena(ArenaOptions? options = null, Allocator<T>? allocator = null)
    {
        options ??= ArenaOptions.Default;
        var holdsReferences = RuntimeHelpers.IsReferenceOrContainsReferences<T>();
        _clearAtReset = holdsReferences || options.Flags.HasFlag(ArenaFlags.ClearAtReset);
        _clearAtDispose = holdsReferences || options.Flags.HasFlag(ArenaFlags.ClearAtDispose);
        _allocator = allocator;
        _retentionPolicy = options.RetentionPolicy ?? DefaultRetention;
        var blockSize = options.BlockSizeBytes == 0 ? DefaultBlockSizeBytes : options.BlockSizeBytes;
        _blockLength = Math.Max(1, blockSize / Unsafe.SizeOf<T>());
    }

    /// <summary>Takes <paramref name="length"/> elements, in one piece where they fit into the current block.</summary>
    public Sequence<T> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (length == 0)
        {
            return default;
        }

        var block = _current ??= _first = CreateBlock();
        if (_used == block.Length)
        {
            block = MoveToNextBlock(block);
        }

        var sequence = new Sequence<T>(block, _used, length);
        var missing = length;
        while (missing > block.Length - _used)
        {
            missing -= block.Length - _used;
            block = MoveToNextBlock(block);
        }

        _used += missing;
        return sequence;
    }

    /// <summary>The number of elements handed out since the last reset.</summary>
    public long Allocated() => _usedBefore + _used;

    /// <summary>Takes back everything that was handed out; earlier sequences must not be used any more.</summary>
    public void Reset()
    {
        if (_first is null)
        {
            return;
        }

        if (_clearAtReset)
        {
            ClearUsed();
        }

        var usedBytes = Allocated() * Unsafe.SizeOf<T>();
        _current = _first;
        _used = 0;
        _usedBefore = 0;
        if (usedBytes != 0)
        {
            _retained = Math.Max(0, _retentionPolicy(_retained, usedBytes));
            Trim(_retained);
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_clearAtReset)
        {
            ClearUsed();
        }

        Release(_first);
        _first = _current = null;
    }

    private static long DefaultRetention(long retained, long used)
        => Math.Min(MaxDefaultRetentionBytes, Math.Max(used, retained - (retained / 4)));

    private ArenaBlock<T> MoveToNextBlock(ArenaBlock<T> block)
    {
        _usedBefore += block.Length;
        _used = 0;
        return _current = block.Next ??= CreateBlock();
    }

    private ArenaBlock<T> CreateBlock()
    {
        var owner = _allocator is null ? new PooledArray(_blockLength) : _allocator.Allocate(_blockLength);
        if (owner.Memory.IsEmpty)
        {
            owner.Dispose();
            throw new InvalidOperationException("The arena's allocator provided an empty block.");
        }

        if (_clearAtReset)
        {
            Clear(owner, owner.Memory.Length);
        }

        return new ArenaBlock<T>(owner);
    }

    private void ClearUsed()
    {
        for (var block = _first; block is not null; block = block.Next)
        {
            if (ReferenceEquals(block, _current))
            {
                Clear(block.Owner, _used);
                return;
            }

            Clear(block.Owner, block.Length);
        }
    }

    private void Clear(IMemoryOwner<T> owner, int length)
    {
        if (_allocator is null)
        {
            owner.Memory.Span[..length].Clear();
        }
        else
        {
            _allocator.Clear(owner, length);
        }
    }

    private void Trim(long retainBytes)
    {
        var block = _first!;
        var kept = (long)block.Length * Unsafe.SizeOf<T>();
        while (block.Next is { } next && kept < retainBytes)
        {
            kept += (long)next.Length * Unsafe.SizeOf<T>();
            block = next;
        }

        Release(block.Next);
        block.Next = null;
    }

    private void Release(ArenaBlock<T>? block)
    {
        for (; block is not null; block = block.Next)
        {
            // Where each reset clears, the block is clean already.
            if (_clearAtDispose && !_clearAtReset)
            {
                Clear(block.Owner, block.Length);
            }

            block.Owner.Dispose();
        }
    }

    private sealed class PooledArray(int minimumLength) : IMemoryOwner<T>
    {
        private T[]? _array = ArrayPool<T>.Shared.Rent(minimumLength);

        public Memory<T> Memory => _array;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is { } array)
            {
                ArrayPool<T>.Shared.Return(array);
            }
        }
    }
}
