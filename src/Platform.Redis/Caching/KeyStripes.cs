using System.Runtime.InteropServices;

namespace Platform.Redis.Caching;

/// <summary>
/// Which entries of this process's memory were removed elsewhere. A key falls on one of many stripes; removing it raises the stripe, and an
/// entry holds as long as its stripe is the one it was read under. So a message about a key needs nothing but a number, a removal that
/// overtakes a read is not lost, and now and then a neighbour is read once more than necessary.
/// </summary>
internal sealed class KeyStripes
{
    // 4 MB, of which pages that are never written take nothing.
    private const int Bits = 20;

    private readonly int[] _versions = new int[1 << Bits];

    /// <summary>Every process comes to the same; nobody gains by keys that fall together.</summary>
    public static int Of(ReadOnlySpan<char> key)
    {
        const ulong Prime = 0x9E3779B97F4A7C15;
        var hash = (ulong)key.Length * Prime;
        var words = MemoryMarshal.Cast<char, ulong>(key);
        foreach (var word in words)
        {
            hash = (hash ^ word) * Prime;
            hash ^= hash >> 29;
        }

        foreach (var character in key[(words.Length * (sizeof(ulong) / sizeof(char)))..])
        {
            hash = (hash ^ character) * Prime;
            hash ^= hash >> 29;
        }

        return (int)((hash * Prime) >> (64 - Bits));
    }

    public int Version(int stripe) => Volatile.Read(ref _versions[stripe & ((1 << Bits) - 1)]);

    public int Raise(int stripe) => Interlocked.Increment(ref _versions[stripe & ((1 << Bits) - 1)]);
}
