using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>The 64-bit hash of the third generation of xxHash (XXH3).</summary>
public static partial class XxHash3
{
    private const ulong Prime32A = 0x9E3779B1;
    private const ulong Prime32B = 0x85EBCA77;
    private const ulong Prime32C = 0xC2B2AE3D;
    private const ulong Prime64A = 0x9E3779B185EBCA87;
    private const ulong Prime64B = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime64C = 0x165667B19E3779F9;
    private const ulong Prime64D = 0x85EBCA77C2B2AE63;
    private const ulong Prime64E = 0x27D4EB2F165667C5;
    private const ulong PrimeMix1 = 0x165667919E3779F9;
    private const ulong PrimeMix2 = 0x9FB21C651E98DF25;

    /// <summary>The hash of the bytes with a seed, big endian.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> source, long seed = 0)
    {
        var hash = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(hash, HashToUInt64(source, seed));
        return hash;
    }

    /// <summary>The hash of the bytes as a number.</summary>
    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0)
    {
        var key = unchecked((ulong)seed);
        return source.Length switch
        {
            0 => XxHash64.Avalanche(key ^ Secret64(56) ^ Secret64(64)),
            <= 3 => Hash1To3(source, key),
            <= 8 => Hash4To8(source, key),
            <= 16 => Hash9To16(source, key),
            <= 128 => Hash17To128(source, key),
            <= 240 => Hash129To240(source, key),
            _ => HashLong(source, key),
        };
    }

    private static ulong Hash1To3(ReadOnlySpan<byte> source, ulong seed)
    {
        var combined = ((uint)source[0] << 16) | ((uint)source[source.Length >> 1] << 24) | source[^1]
            | ((uint)source.Length << 8);
        var flip = unchecked((BinaryPrimitives.ReadUInt32LittleEndian(Secret)
            ^ (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Secret[4..])) + seed);
        return XxHash64.Avalanche(combined ^ flip);
    }

    private static ulong Hash4To8(ReadOnlySpan<byte> source, ulong seed)
    {
        seed ^= (ulong)BinaryPrimitives.ReverseEndianness((uint)seed) << 32;
        var first = BinaryPrimitives.ReadUInt32LittleEndian(source);
        var last = BinaryPrimitives.ReadUInt32LittleEndian(source[^4..]);
        var hash = (last + ((ulong)first << 32)) ^ unchecked((Secret64(8) ^ Secret64(16)) - seed);
        hash ^= BitOperations.RotateLeft(hash, 49) ^ BitOperations.RotateLeft(hash, 24);
        hash = unchecked(hash * PrimeMix2);
        hash ^= unchecked((hash >> 35) + (ulong)source.Length);
        hash = unchecked(hash * PrimeMix2);
        return hash ^ (hash >> 28);
    }

    private static ulong Hash9To16(ReadOnlySpan<byte> source, ulong seed)
    {
        var low = Read64(source, 0) ^ unchecked((Secret64(24) ^ Secret64(32)) + seed);
        var high = Read64(source, source.Length - 8) ^ unchecked((Secret64(40) ^ Secret64(48)) - seed);
        return Avalanche(unchecked(
            (ulong)source.Length + BinaryPrimitives.ReverseEndianness(low) + high + MultiplyFold(low, high)));
    }

    private static ulong Hash17To128(ReadOnlySpan<byte> source, ulong seed)
    {
        var hash = unchecked((ulong)source.Length * Prime64A);
        for (var i = (source.Length - 1) / 32; i >= 0; i--)
        {
            hash = unchecked(
                hash + Mix16(source, i * 16, Secret, i * 32, seed)
                + Mix16(source, source.Length - ((i + 1) * 16), Secret, (i * 32) + 16, seed));
        }

        return Avalanche(hash);
    }

    private static ulong Hash129To240(ReadOnlySpan<byte> source, ulong seed)
    {
        const int StartOffset = 3;
        const int LastOffset = 17;
        const int SecretLengthMin = 136;

        var hash = unchecked((ulong)source.Length * Prime64A);
        for (var i = 0; i < 8; i++)
        {
            hash = unchecked(hash + Mix16(source, i * 16, Secret, i * 16, seed));
        }

        hash = Avalanche(hash);
        for (var i = 8; i < source.Length / 16; i++)
        {
            hash = unchecked(hash + Mix16(source, i * 16, Secret, ((i - 8) * 16) + StartOffset, seed));
        }

        return Avalanche(unchecked(hash + Mix16(source, source.Length - 16, Secret, SecretLengthMin - LastOffset, seed)));
    }

    private static ulong Mix16(ReadOnlySpan<byte> source, int at, ReadOnlySpan<byte> secret, int secretAt, ulong seed)
        => MultiplyFold(
            Read64(source, at) ^ unchecked(Read64(secret, secretAt) + seed),
            Read64(source, at + 8) ^ unchecked(Read64(secret, secretAt + 8) - seed));

    private static ulong MultiplyFold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out ulong low);
        return low ^ high;
    }

    private static ulong Avalanche(ulong hash)
    {
        hash ^= hash >> 37;
        hash = unchecked(hash * PrimeMix1);
        return hash ^ (hash >> 32);
    }

    private static ulong Read64(ReadOnlySpan<byte> source, int at) => BinaryPrimitives.ReadUInt64LittleEndian(source[at..]);

    private static ulong Secret64(int at) => Read64(Secret, at);
}
