using System.Buffers;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Where an arena takes its blocks from.</summary>
public abstract class Allocator<T>
{
    /// <summary>Provides at least <paramref name="length"/> elements.</summary>
    public abstract IMemoryOwner<T> Allocate(int length);

    /// <summary>Clears the first <paramref name="length"/> elements.</summary>
    public virtual void Clear(IMemoryOwner<T> allocation, int length)
    {
        ArgumentNullException.ThrowIfNull(allocation);
        allocation.Memory.Span[..length].Clear();
    }
}
