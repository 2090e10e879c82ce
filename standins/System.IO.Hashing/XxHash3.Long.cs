using System.Buffers.Binary;

namespace System.IO.Hashing;

public static partial class XxHash3
{
    private const int StripeLength = 64;
    private const int SecretStep = 8;
    private const int LaneCount = 8;

    private static ReadOnlySpan<byte> Secret =>
    [
        0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
        0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
        0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
        0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
        0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
        0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
        0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
        0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
        0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
        0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
        0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
        0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
    ];

    private static ulong HashLong(ReadOnlySpan<byte> source, ulong seed)
    {
        const int LastStripeOffset = 7;
        const int MergeOffset = 11;

        Span<byte> secret = stackalloc byte[Secret.Length];
        SeedSecret(secret, seed);

        Span<ulong> lanes =
        [
            Prime32C, Prime64A, Prime64B, Prime64C, Prime64D, Prime32B, Prime64E, Prime32A,
        ];
        var stripesPerBlock = (secret.Length - StripeLength) / SecretStep;
        var blockLength = StripeLength * stripesPerBlock;
        var blocks = (source.Length - 1) / blockLength;
        for (var block = 0; block < blocks; block++)
        {
            AccumulateStripes(lanes, source.Slice(block * blockLength, blockLength), secret);
            Scramble(lanes, secret[^StripeLength..]);
        }

        var lastBlock = source[(blocks * blockLength)..];
        var wholeStripes = (lastBlock.Length - 1) / StripeLength;
        AccumulateStripes(lanes, lastBlock[..(wholeStripes * StripeLength)], secret);
        Accumulate(lanes, source[^StripeLength..], secret[^(StripeLength + LastStripeOffset)..]);
        return Merge(lanes, secret[MergeOffset..], unchecked((ulong)source.Length * Prime64A));
    }

    private static void SeedSecret(Span<byte> secret, ulong seed)
    {
        for (var i = 0; i < secret.Length; i += 16)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(secret[i..], unchecked(Secret64(i) + seed));
            BinaryPrimitives.WriteUInt64LittleEndian(secret[(i + 8)..], unchecked(Secret64(i + 8) - seed));
        }
    }

    private static void AccumulateStripes(Span<ulong> lanes, ReadOnlySpan<byte> stripes, ReadOnlySpan<byte> secret)
    {
        for (; !stripes.IsEmpty; stripes = stripes[StripeLength..], secret = secret[SecretStep..])
        {
            Accumulate(lanes, stripes, secret);
        }
    }

    private static void Accumulate(Span<ulong> lanes, ReadOnlySpan<byte> stripe, ReadOnlySpan<byte> secret)
    {
        for (var i = 0; i < LaneCount; i++)
        {
            var value = Read64(stripe, i * 8);
            var keyed = value ^ Read64(secret, i * 8);
            lanes[i ^ 1] = unchecked(lanes[i ^ 1] + value);
            lanes[i] = unchecked(lanes[i] + ((keyed & uint.MaxValue) * (keyed >> 32)));
        }
    }

    private static void Scramble(Span<ulong> lanes, ReadOnlySpan<byte> secret)
    {
        for (var i = 0; i < LaneCount; i++)
        {
            lanes[i] = unchecked((lanes[i] ^ (lanes[i] >> 47) ^ Read64(secret, i * 8)) * Prime32A);
        }
    }

    private static ulong Merge(ReadOnlySpan<ulong> lanes, ReadOnlySpan<byte> secret, ulong start)
    {
        for (var i = 0; i < LaneCount; i += 2)
        {
            start = unchecked(
                start + MultiplyFold(lanes[i] ^ Read64(secret, i * 8), lanes[i + 1] ^ Read64(secret, (i + 1) * 8)));
        }

        return Avalanche(start);
    }
}
