using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Platform.Redis.Caching;

/// <summary>
/// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012): a keyed hash for short texts. Without its key nobody can choose two cache keys
/// that fall together, and it costs a tenth of SHA-256.
/// </summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    public const int Length = 16;

    public void Hash(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var v0 = 0x736f6d6570736575UL ^ key0;
        var v1 = 0x646f72616e646f6dUL ^ key1 ^ 0xee;
        var v2 = 0x6c7967656e657261UL ^ key0;
        var v3 = 0x7465646279746573UL ^ key1;
        var last = (ulong)text.Length << 56;
        while (text.Length >= sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(text);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            text = text[sizeof(ulong)..];
        }

        for (var i = 0; i < text.Length; i++)
        {
            last |= (ulong)text[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;

        v2 ^= 0xee;
        Finish(ref v0, ref v1, ref v2, ref v3);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, v0 ^ v1 ^ v2 ^ v3);
        v1 ^= 0xdd;
        Finish(ref v0, ref v1, ref v2, ref v3);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[sizeof(ulong)..], v0 ^ v1 ^ v2 ^ v3);
    }

    private static void Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
