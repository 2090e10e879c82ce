using System.Collections.Concurrent;
using System.Numerics;

namespace Platform.Redis.Resilience;

/// <summary>Objects that may serve again: one close to each processor, the others in a queue.</summary>
/// <param name="mostOthers">How many the queue holds.</param>
internal sealed class ProcessorPool<T>(int mostOthers)
    where T : class
{
    // A cache line apart, so that processors do not wait for each other.
    private const int Apart = 16;
    private static readonly int Processors = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(16, Environment.ProcessorCount));

    private readonly T?[] _near = new T?[(Processors + 1) * Apart];
    private readonly ConcurrentQueue<T> _others = new();

    private int _count;

    /// <summary>Null where none is idle.</summary>
    public T? TryRent()
    {
        ref var near = ref Here();
        if (near is not null && Interlocked.Exchange(ref near, null) is { } one)
        {
            return one;
        }

        if (Volatile.Read(ref _count) > 0 && _others.TryDequeue(out one))
        {
            Interlocked.Decrement(ref _count);
            return one;
        }

        return null;
    }

    /// <summary>False where enough are idle.</summary>
    public bool TryReturn(T one)
    {
        ref var near = ref Here();
        if (near is null && Interlocked.CompareExchange(ref near, one, null) is null)
        {
            return true;
        }

        if (Interlocked.Increment(ref _count) <= mostOthers)
        {
            _others.Enqueue(one);
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    private ref T? Here() => ref _near[((Thread.GetCurrentProcessorId() & (Processors - 1)) + 1) * Apart];
}
