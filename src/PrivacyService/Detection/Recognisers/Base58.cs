using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PrivacyService.Detection.Recognisers;

/// <summary>Bitcoin's alphabet of 58 characters, and its check of four bytes (Base58Check).</summary>
internal static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int Payload = 21;
    private const int Check = 4;

    /// <summary>58 to this power is less than 64 bits.</summary>
    private const int CharactersPerStep = 10;
    private const int Limbs = 4;

    /// <summary>One for each thread: the call that needs none takes half as long again.</summary>
    [ThreadStatic]
    private static SHA256? _hash;

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    private static readonly sbyte[] Values = [.. Enumerable.Range(0, 128).Select(character => (sbyte)Alphabet.IndexOf((char)character))];

    /// <summary>How many characters of the alphabet a text begins with.</summary>
    public static int Length(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Characters) is >= 0 and var length ? length : text.Length;

    /// <summary>Whether the text is 25 bytes, of which the last four are the beginning of the twofold SHA-256 of the others.</summary>
    /// <param name="text">Characters of the alphabet.</param>
    /// <param name="versions">What the first of the bytes may be.</param>
    public static bool IsChecked(ReadOnlySpan<char> text, params ReadOnlySpan<byte> versions)
    {
        Span<byte> bytes = stackalloc byte[Limbs * sizeof(ulong)];
        Decode(text, bytes);
        var value = bytes[^(Payload + Check)..];
        if (!versions.Contains(value[0]) || bytes[..^value.Length].ContainsAnyExcept((byte)0) || LeadingOnes(text) != LeadingZeros(value))
        {
            return false;
        }

        var sha = _hash ??= SHA256.Create();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return sha.TryComputeHash(value[..Payload], hash, out _) && sha.TryComputeHash(hash, hash, out _) && hash[..Check].SequenceEqual(value[Payload..]);
    }

    private static void Decode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        Span<ulong> limbs = stackalloc ulong[Limbs];
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
                var product = Math.BigMul(limb, factor) + carry;
                limb = (ulong)product;
                carry = (ulong)(product >> 64);
            }
        }

        for (var i = 0; i < Limbs; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[((Limbs - 1 - i) * sizeof(ulong))..], limbs[i]);
        }
    }

    // Each zero byte at the front is written as a 1, which is worth nothing.
    private static int LeadingOnes(ReadOnlySpan<char> text) => Math.Max(0, text.IndexOfAnyExcept('1'));

    private static int LeadingZeros(ReadOnlySpan<byte> value) => Math.Max(0, value.IndexOfAnyExcept((byte)0));
}
