using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PrivacyService.Tokens;

namespace PrivacyService.Aws;

/// <summary>
/// Stand-ins that every parser takes for the real thing. An id gets another of its form and length, by a keyed permutation, so no two ids
/// of a scope share one. A name gets the label of its type, a hyphen, and a token's 28 characters: the scope's tag, 88 bits of a keyed
/// hash and two check characters, valid as a bucket, a DNS label or a role. One scope's stand-ins say nothing about another's.
/// An id's stand-in is itself of the form of an id: whoever keeps them must look whether what was found is one of them, and one may by chance
/// be somebody's (of two accounts, once in a million million). Not safe for concurrent use.
/// </summary>
internal sealed class AwsShapes : IDisposable
{
    /// <summary>The longest stand-in, that of a canonical user.</summary>
    public const int Longest = IdShape.CanonicalLength;

    private const int KeyBytes = 32;
    private const int HashedBytes = 16;

    private readonly ScopeTag _scope;
    private readonly FormatPreserving _permutation;
    private readonly IncrementalHash _names;

    /// <param name="key">Of the scope, at least 16 bytes, secret.</param>
    public AwsShapes(ReadOnlySpan<byte> key, ScopeTag scope)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, 16);
        _scope = scope;
        _permutation = new FormatPreserving(Derive(key, "aws shapes: permutation"u8));
        _names = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Derive(key, "aws shapes: names"u8));
    }

    /// <summary>
    /// The stand-in of a value. An id's depends on its text only, not on its type, so it can be looked up by its text. Where a
    /// credential stood there is a name: nothing a service would accept.
    /// </summary>
    /// <param name="value">As <see cref="AwsScanner.Canonical"/> gives it.</param>
    public string Write(AwsType type, ReadOnlySpan<char> value)
    {
        if (type == AwsTypes.Address && DashedAddress.TryRead(value, out var address))
        {
            return DashedAddress.Write(Permute(address));
        }

        return type.IsReversible && !type.IsName && IdSpace.TryOf(value, out var space) ? Permute(value, space) : Name(type, value);
    }

    /// <summary>
    /// How a stand-in was written before a model changed its letter case. Look up what stands in the answer first, and this when that
    /// is not known.
    /// </summary>
    public static string Fold(ReadOnlySpan<char> standIn)
    {
        var upper = standIn.ToString().ToUpperInvariant();
        return IamId.TypeOf(upper) is null ? upper.ToLowerInvariant() : upper;
    }

    public void Dispose()
    {
        _permutation.Dispose();
        _names.Dispose();
    }

    /// <summary>Walks the permutation of all texts over the alphabet until it comes back to those of this very form (cycle walking).</summary>
    private string Permute(ReadOnlySpan<char> id, IdSpace space)
    {
        Span<char> image = stackalloc char[id.Length];
        Span<byte> numerals = stackalloc byte[space.CountOf(id)];
        Span<byte> tweak = stackalloc byte[1 + id.Length - numerals.Length];
        id.CopyTo(image);
        tweak[0] = (byte)space.Alphabet[^1];
        var (varying, kept) = (0, 1);
        for (var i = 0; i < id.Length; i++)
        {
            if (space.Varies(id, i))
            {
                numerals[varying++] = (byte)space.Alphabet.IndexOf(id[i], StringComparison.Ordinal);
            }
            else
            {
                tweak[kept++] = (byte)id[i];
            }
        }

        do
        {
            _permutation.Encrypt(numerals, space.Alphabet.Length, tweak);
            varying = 0;
            for (var i = 0; i < id.Length; i++)
            {
                image[i] = space.Varies(id, i) ? space.Alphabet[numerals[varying++]] : id[i];
            }
        }
        while (!IdSpace.TryOf(image, out var reached) || reached != space);

        return image.ToString();
    }

    /// <summary>The first octet stays: a private address gives a private one.</summary>
    private uint Permute(uint address)
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(octets, address);
        _permutation.Encrypt(octets[1..], radix: 256, octets[..1].ToArray());
        return BinaryPrimitives.ReadUInt32BigEndian(octets);
    }

    private string Name(AwsType type, ReadOnlySpan<char> value)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> token = stackalloc byte[PseudonymToken.Length];
        _names.AppendData(Encoding.UTF8.GetBytes(value.ToString()));
        _names.GetHashAndReset(hash);
        new PseudonymToken(_scope, BinaryPrimitives.ReadUInt128BigEndian(hash[..HashedBytes])).Write(token);
        return $"{type.Label}-{Encoding.ASCII.GetString(token[^PseudonymToken.BodyLength..])}";
    }

    private static byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.ToArray(), KeyBytes, info: purpose.ToArray());
}
