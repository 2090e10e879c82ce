using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>The 64-bit xxHash (XXH64).</summary>
public static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private const int StripeLength = 32;

    /// <summary>The hash of the bytes, big endian.</summary>
    public static byte[] Hash(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(new ReadOnlySpan<byte>(source));
    }

    /// <summary>The hash of the bytes with a seed, big endian.</summary>
    public static byte[] Hash(byte[] source, long seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(new ReadOnlySpan<byte>(source), seed);
    }

    /// <summary>The hash of the bytes with a seed, big endian.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> source, long seed = 0)
    {
        var hash = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(hash, HashToUInt64(source, seed));
        return hash;
    }

    /// <summary>Writes the hash of the bytes, big endian, and returns its length.</summary>
    public static int Hash(ReadOnlySpan<byte> source, Span<byte> destination, long seed = 0)
    {
        if (!TryHash(source, destination, out var written, seed))
        {
            throw new ArgumentException("The destination is too short.", nameof(destination));
        }

        return written;
    }

    /// <summary>Writes the hash of the bytes, big endian, if the destination is long enough.</summary>
    public static bool TryHash(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesWritten, long seed = 0)
    {
        bytesWritten = destination.Length < sizeof(ulong) ? 0 : sizeof(ulong);
        return bytesWritten != 0 && BinaryPrimitives.TryWriteUInt64BigEndian(destination, HashToUInt64(source, seed));
    }

    /// <summary>The hash of the bytes as a number.</summary>
    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0)
    {
        var rest = source;
        var hash = source.Length >= StripeLength
            ? ConsumeStripes(ref rest, unchecked((ulong)seed))
            : unchecked((ulong)seed + Prime5);
        hash = unchecked(hash + (ulong)source.Length);

        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            hash = unchecked((BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4);
        }

        if (rest.Length >= sizeof(uint))
        {
            hash ^= unchecked(BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1);
            hash = unchecked((BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3);
            rest = rest[sizeof(uint)..];
        }

        foreach (var value in rest)
        {
            hash = unchecked(BitOperations.RotateLeft(hash ^ (value * Prime5), 11) * Prime1);
        }

        return Avalanche(hash);
    }

    internal static ulong Avalanche(ulong hash)
    {
        hash = unchecked((hash ^ (hash >> 33)) * Prime2);
        hash = unchecked((hash ^ (hash >> 29)) * Prime3);
        return hash ^ (hash >> 32);
    }

    private static ulong ConsumeStripes(ref ReadOnlySpan<byte> rest, ulong seed)
    {
        var lane1 = unchecked(seed + Prime1 + Prime2);
        var lane2 = unchecked(seed + Prime2);
        var lane3 = seed;
        var lane4 = unchecked(seed - Prime1);
        for (; rest.Length >= StripeLength; rest = rest[StripeLength..])
        {
            lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]));
            lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]));
        }

        var hash = unchecked(
            BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7)
            + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18));
        hash = Merge(hash, lane1);
        hash = Merge(hash, lane2);
        hash = Merge(hash, lane3);
        return Merge(hash, lane4);
    }

    private static ulong Merge(ulong hash, ulong lane) => unchecked(((hash ^ Round(0, lane)) * Prime1) + Prime4);

    private static ulong Round(ulong lane, ulong input)
        => unchecked(BitOperations.RotateLeft(lane + (input * Prime2), 31) * Prime1);
}
