using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace PrivacyService.Detection.Recognisers;

/// <summary>
/// Keccak with 256 bits as Ethereum uses it: the padding is that of the competition's entry and not of FIPS 202, so the
/// framework's SHA-3 gives another value.
/// </summary>
internal static class Keccak256
{
    public const int HashLength = 32;
    public const int LongestInput = Rate - 1;

    private const int Rate = 136;
    private const int Lanes = 25;

    private static readonly ulong[] Rounds =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    private static readonly int[] Rotations = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static readonly int[] Moves = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    /// <param name="input">At most <see cref="LongestInput"/> bytes: one block.</param>
    /// <param name="hash">Of <see cref="HashLength"/> bytes.</param>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> hash)
    {
        Span<byte> block = stackalloc byte[Rate];
        input.CopyTo(block);
        block[input.Length] = 1;
        block[^1] |= 0x80;

        Span<ulong> state = stackalloc ulong[Lanes];
        for (var i = 0; i < Rate / sizeof(ulong); i++)
        {
            state[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(i * sizeof(ulong))..]);
        }

        Permute(state);
        for (var i = 0; i < HashLength / sizeof(ulong); i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(i * sizeof(ulong))..], state[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Permute(Span<ulong> state)
    {
        foreach (var constant in Rounds)
        {
            Mix(state);
            var moved = state[1];
            for (var i = 0; i < Moves.Length; i++)
            {
                (state[Moves[i]], moved) = (BitOperations.RotateLeft(moved, Rotations[i]), state[Moves[i]]);
            }

            for (var y = 0; y < Lanes; y += 5)
            {
                var row = state.Slice(y, 5);
                var (first, second) = (row[0], row[1]);
                row[0] ^= ~second & row[2];
                row[1] ^= ~row[2] & row[3];
                row[2] ^= ~row[3] & row[4];
                row[3] ^= ~row[4] & first;
                row[4] ^= ~first & second;
            }

            state[0] ^= constant;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(Span<ulong> state)
    {
        var a = state[0] ^ state[5] ^ state[10] ^ state[15] ^ state[20];
        var b = state[1] ^ state[6] ^ state[11] ^ state[16] ^ state[21];
        var c = state[2] ^ state[7] ^ state[12] ^ state[17] ^ state[22];
        var d = state[3] ^ state[8] ^ state[13] ^ state[18] ^ state[23];
        var e = state[4] ^ state[9] ^ state[14] ^ state[19] ^ state[24];
        for (var y = 0; y < Lanes; y += 5)
        {
            var row = state.Slice(y, 5);
            row[0] ^= e ^ BitOperations.RotateLeft(b, 1);
            row[1] ^= a ^ BitOperations.RotateLeft(c, 1);
            row[2] ^= b ^ BitOperations.RotateLeft(d, 1);
            row[3] ^= c ^ BitOperations.RotateLeft(e, 1);
            row[4] ^= d ^ BitOperations.RotateLeft(a, 1);
        }
    }
}
