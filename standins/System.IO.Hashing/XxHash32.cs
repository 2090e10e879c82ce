using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>The 32-bit xxHash (XXH32).</summary>
public static class XxHash32
{
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;
    private const int StripeLength = 16;

    /// <summary>The hash of the bytes, big endian.</summary>
    public static byte[] Hash(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(new ReadOnlySpan<byte>(source));
    }

    /// <summary>The hash of the bytes with a seed, big endian.</summary>
    public static byte[] Hash(byte[] source, int seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(new ReadOnlySpan<byte>(source), seed);
    }

    /// <summary>The hash of the bytes with a seed, big endian.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> source, int seed = 0)
    {
        var hash = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(hash, HashToUInt32(source, seed));
        return hash;
    }

    /// <summary>Writes the hash of the bytes, big endian, and returns its length.</summary>
    public static int Hash(ReadOnlySpan<byte> source, Span<byte> destination, int seed = 0)
    {
        if (!TryHash(source, destination, out var written, seed))
        {
            throw new ArgumentException("The destination is too short.", nameof(destination));
        }

        return written;
    }

    /// <summary>Writes the hash of the bytes, big endian, if the destination is long enough.</summary>
    public static bool TryHash(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesWritten, int seed = 0)
    {
        bytesWritten = destination.Length < sizeof(uint) ? 0 : sizeof(uint);
        return bytesWritten != 0 && BinaryPrimitives.TryWriteUInt32BigEndian(destination, HashToUInt32(source, seed));
    }

    /// <summary>The hash of the bytes as a number.</summary>
    public static uint HashToUInt32(ReadOnlySpan<byte> source, int seed = 0)
    {
        var rest = source;
        var hash = source.Length >= StripeLength
            ? ConsumeStripes(ref rest, unchecked((uint)seed))
            : unchecked((uint)seed + Prime5);
        hash = unchecked(hash + (uint)source.Length);

        for (; rest.Length >= sizeof(uint); rest = rest[sizeof(uint)..])
        {
            hash = unchecked(BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3), 17) * Prime4);
        }

        foreach (var value in rest)
        {
            hash = unchecked(BitOperations.RotateLeft(hash + (value * Prime5), 11) * Prime1);
        }

        hash = unchecked((hash ^ (hash >> 15)) * Prime2);
        hash = unchecked((hash ^ (hash >> 13)) * Prime3);
        return hash ^ (hash >> 16);
    }

    private static uint ConsumeStripes(ref ReadOnlySpan<byte> rest, uint seed)
    {
        var lane1 = unchecked(seed + Prime1 + Prime2);
        var lane2 = unchecked(seed + Prime2);
        var lane3 = seed;
        var lane4 = unchecked(seed - Prime1);
        for (; rest.Length >= StripeLength; rest = rest[StripeLength..])
        {
            lane1 = Round(lane1, BinaryPrimitives.ReadUInt32LittleEndian(rest));
            lane2 = Round(lane2, BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            lane3 = Round(lane3, BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            lane4 = Round(lane4, BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]));
        }

        return unchecked(
            BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7)
            + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18));
    }

    private static uint Round(uint lane, uint input)
        => unchecked(BitOperations.RotateLeft(lane + (input * Prime2), 13) * Prime1);
}
