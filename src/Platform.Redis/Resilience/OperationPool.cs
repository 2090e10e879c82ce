using System.Collections.Concurrent;
using System.Numerics;

namespace Platform.Redis.Resilience;

/// <summary>Operations that have ended and may serve again: one close to each processor, the others in a queue.</summary>
internal static class OperationPool<TOperation>
    where TOperation : PendingOperation, new()
{
    private const int MostOthers = 1024;

    // A cache line apart, so that processors do not wait for each other.
    private const int Apart = 16;
    private static readonly int Processors = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(16, Environment.ProcessorCount));
    private static readonly TOperation?[] Near = new TOperation?[Processors * Apart];
    private static readonly ConcurrentQueue<TOperation> Others = new();

    private static int _others;

    public static TOperation Rent()
    {
        ref var near = ref Here();
        if (near is not null && Interlocked.Exchange(ref near, null) is { } operation)
        {
            return operation;
        }

        if (Others.TryDequeue(out operation))
        {
            Interlocked.Decrement(ref _others);
            return operation;
        }

        operation = new TOperation();
        DeadlineSweeper.Add(operation);
        return operation;
    }

    public static void Return(TOperation operation)
    {
        ref var near = ref Here();
        if (near is null && Interlocked.CompareExchange(ref near, operation, null) is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _others) <= MostOthers)
        {
            Others.Enqueue(operation);
        }
        else
        {
            Interlocked.Decrement(ref _others);
            DeadlineSweeper.Remove(operation);
        }
    }

    private static ref TOperation? Here() => ref Near[(Thread.GetCurrentProcessorId() & (Processors - 1)) * Apart];
}
