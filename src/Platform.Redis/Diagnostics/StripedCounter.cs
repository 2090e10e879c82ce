using System.Runtime.CompilerServices;

namespace Platform.Redis.Diagnostics;

/// <summary>A counter that callers on several cores raise without taking a cache line from each other.</summary>
internal sealed class StripedCounter
{
    // 128 bytes apart: processors fetch lines in pairs.
    private const int Apart = 16;

    private static readonly int Mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount) - 1;

    private readonly long[] _counts = new long[(Mask + 2) * Apart];

    public long Sum
    {
        get
        {
            var sum = 0L;
            for (var i = Apart; i < _counts.Length; i += Apart)
            {
                sum += Volatile.Read(ref _counts[i]);
            }

            return sum;
        }
    }

    /// <summary>What was counted since it was last taken.</summary>
    public long Take()
    {
        var sum = 0L;
        for (var i = Apart; i < _counts.Length; i += Apart)
        {
            sum += Interlocked.Exchange(ref _counts[i], 0);
        }

        return sum;
    }

    public void Add(long count) => Interlocked.Add(ref _counts[Apart], count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Increment() => Interlocked.Increment(ref _counts[((Thread.GetCurrentProcessorId() & Mask) + 1) * Apart]);
}
