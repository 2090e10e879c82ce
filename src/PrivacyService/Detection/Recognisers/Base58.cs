using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PrivacyService.Detection.Recognisers;

/// <summary>Bitcoin's alphabet of 58 characters, and its check of four bytes (Base58Check).</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int Payload = 21;
    private const int Check = 4;

    /// <summary>58 to this power still leaves room for a carry of 32 bits.</summary>
    private const int CharactersPerStep = 5;
    private const int Limbs = 7;

    private static readonly sbyte[] Values = [.. Enumerable.Range(0, 128).Select(character => (sbyte)Alphabet.IndexOf((char)character))];

    public static bool Contains(char character) => character < Values.Length && Values[character] >= 0;

    /// <summary>Whether the text is 25 bytes, of which the last four are the beginning of the twofold SHA-256 of the others.</summary>
    /// <param name="text">Characters of the alphabet.</param>
    /// <param name="version">The first of the bytes.</param>
    public static bool IsChecked(ReadOnlySpan<char> text, out byte version)
    {
        Span<byte> bytes = stackalloc byte[Limbs * sizeof(uint)];
        Decode(text, bytes);
        var value = bytes[^(Payload + Check)..];
        version = value[0];
        if (bytes[..^value.Length].ContainsAnyExcept((byte)0) || LeadingOnes(text) != LeadingZeros(value))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value[..Payload], hash);
        SHA256.HashData(hash, hash);
        return hash[..Check].SequenceEqual(value[Payload..]);
    }

    private static void Decode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        Span<uint> limbs = stackalloc uint[Limbs];
        for (var i = 0; i < text.Length;)
        {
            ulong factor = 1;
            ulong carry = 0;
            for (var step = 0; step < CharactersPerStep && i < text.Length; step++, i++)
            {
                factor *= (ulong)Alphabet.Length;
                carry = (carry * (ulong)Alphabet.Length) + (ulong)Values[text[i]];
            }

            foreach (ref var limb in limbs)
            {
                carry += limb * factor;
                limb = (uint)carry;
                carry >>= 32;
            }
        }

        for (var i = 0; i < Limbs; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[((Limbs - 1 - i) * sizeof(uint))..], limbs[i]);
        }
    }

    // Each zero byte at the front is written as a 1, which is worth nothing.
    private static int LeadingOnes(ReadOnlySpan<char> text) => Math.Max(0, text.IndexOfAnyExcept('1'));

    private static int LeadingZeros(ReadOnlySpan<byte> value) => Math.Max(0, value.IndexOfAnyExcept((byte)0));
}
