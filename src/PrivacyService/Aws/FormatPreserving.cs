using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PrivacyService.Aws;

/// <summary>
/// FF1 of NIST SP 800-38G: a keyed permutation of all texts of one length over one alphabet. No two texts share an image, and without
/// the key an image tells nothing of its text. Not claimed: hiding that two texts are of one form, or security in spaces
/// below a million texts, which are refused. Not safe for concurrent use.
/// </summary>
/// <param name="key">16, 24 or 32 bytes.</param>
internal sealed class FormatPreserving(byte[] key) : IDisposable
{
    private const int Rounds = 10;
    private const int Block = 16;
    private const int LongestTweak = 64;
    private const int SmallestSpace = 1_000_000;

    /// <summary>Kept for all blocks: a call that sets up its own costs ten times as much.</summary>
    private readonly ICryptoTransform _cipher = Create(key);
    private readonly byte[] _block = new byte[Block];

    /// <param name="numerals">Each below <paramref name="radix"/>; replaced by their image.</param>
    /// <param name="radix">2 to 256.</param>
    /// <param name="tweak">Makes another permutation of it. At most 64 bytes.</param>
    /// <exception cref="ArgumentException">The space is too small, or the numbers are too large.</exception>
    public void Encrypt(Span<byte> numerals, int radix, ReadOnlySpan<byte> tweak)
    {
        var left = numerals.Length / 2;
        var right = numerals.Length - left;
        if (numerals.Length * Math.Log(radix) < Math.Log(SmallestSpace) - 1e-9 || tweak.Length > LongestTweak)
        {
            throw new ArgumentException("The space has fewer than a million texts, or the tweak is too long.", nameof(numerals));
        }

        var moduli = (Left: Power(radix, left), Right: Power(radix, right));
        var bytes = (128 - (int)UInt128.LeadingZeroCount(moduli.Right - 1) + 7) / 8;
        var length = (4 * ((bytes + 3) / 4)) + 4;

        Span<byte> first = stackalloc byte[Block];
        WriteFirst(first, radix, left, numerals.Length, tweak.Length);
        Encrypt(first, first);

        Span<byte> message = stackalloc byte[(tweak.Length + bytes + Block) / Block * Block];
        message.Clear();
        tweak.CopyTo(message);

        Span<byte> stream = stackalloc byte[2 * Block];
        var (a, b) = (Number(numerals[..left], radix), Number(numerals[left..], radix));
        for (var round = 0; round < Rounds; round++)
        {
            message[^(bytes + 1)] = (byte)round;
            WriteNumber(b, message[^bytes..]);
            Authenticate(first, message, stream);
            var modulus = round % 2 == 0 ? moduli.Left : moduli.Right;
            (a, b) = (b, Add(a, Reduce(stream[..length], modulus), modulus));
        }

        WriteNumerals(a, radix, numerals[..left]);
        WriteNumerals(b, radix, numerals[left..]);
    }

    public void Dispose() => _cipher.Dispose();

    private static ICryptoTransform Create(byte[] key)
    {
        using var aes = Aes.Create();
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        return aes.CreateEncryptor(key, rgbIV: null);
    }

    private static void WriteFirst(Span<byte> block, int radix, int left, int length, int tweakLength)
    {
        block[0] = 1;
        block[1] = 2;
        block[2] = 1;
        block[3] = (byte)(radix >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(block[4..], (ushort)radix);
        block[6] = Rounds;
        block[7] = (byte)left;
        BinaryPrimitives.WriteInt32BigEndian(block[8..], length);
        BinaryPrimitives.WriteInt32BigEndian(block[12..], tweakLength);
    }

    /// <summary>The chained blocks, and one more from a counter, which only the largest numbers read.</summary>
    private void Authenticate(ReadOnlySpan<byte> first, ReadOnlySpan<byte> message, Span<byte> stream)
    {
        var chain = stream[..Block];
        first.CopyTo(chain);
        for (; !message.IsEmpty; message = message[Block..])
        {
            for (var i = 0; i < Block; i++)
            {
                chain[i] ^= message[i];
            }

            Encrypt(chain, chain);
        }

        chain.CopyTo(stream[Block..]);
        stream[^1] ^= 1;
        Encrypt(stream[Block..], stream[Block..]);
    }

    private void Encrypt(ReadOnlySpan<byte> block, Span<byte> destination)
    {
        block.CopyTo(_block);
        _cipher.TransformBlock(_block, 0, Block, _block, 0);
        _block.CopyTo(destination);
    }

    /// <summary>Zero stands for 2¹²⁸, of which the arithmetic is a remainder as it is.</summary>
    private static UInt128 Power(int radix, int exponent)
    {
        UInt128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= (uint)radix;
        }

        return power;
    }

    private static UInt128 Number(ReadOnlySpan<byte> numerals, int radix)
    {
        UInt128 number = 0;
        foreach (var numeral in numerals)
        {
            number = (number * (uint)radix) + numeral;
        }

        return number;
    }

    private static UInt128 Reduce(ReadOnlySpan<byte> bytes, UInt128 modulus)
    {
        UInt128 rest = 0;
        foreach (var next in bytes)
        {
            rest = (rest << 8) + next;
            rest = modulus == 0 ? rest : rest % modulus;
        }

        return rest;
    }

    private static UInt128 Add(UInt128 a, UInt128 b, UInt128 modulus) => modulus == 0 ? a + b : (a + b) % modulus;

    private static void WriteNumber(UInt128 number, Span<byte> bytes)
    {
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)number;
            number >>= 8;
        }
    }

    private static void WriteNumerals(UInt128 number, int radix, Span<byte> numerals)
    {
        for (var i = numerals.Length - 1; i >= 0; i--)
        {
            (number, var numeral) = UInt128.DivRem(number, (uint)radix);
            numerals[i] = (byte)numeral;
        }
    }
}
