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

    public static int Of(ReadOnlySpan<char> key)
    {
        // FNV-1a over characters; every process must come to the same stripe.
        var hash = 2166136261u;
        foreach (var character in key)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (int)((hash ^ (hash >> (32 - Bits))) & ((1 << Bits) - 1));
    }

    public int Version(int stripe) => Volatile.Read(ref _versions[stripe & ((1 << Bits) - 1)]);

    public int Raise(int stripe) => Interlocked.Increment(ref _versions[stripe & ((1 << Bits) - 1)]);
}
