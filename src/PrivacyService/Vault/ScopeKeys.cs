using System.Buffers.Binary;
using System.Security.Cryptography;
using Platform.Redis.Sealing;
using PrivacyService.Tokens;

namespace PrivacyService.Vault;

/// <summary>What one scope of one owner makes tokens and seals values with. Not safe for concurrent use.</summary>
internal sealed class ScopeKeys(DataOwner owner, ScopeTag scope, byte[] tokenKey, ValueSealer sealer) : IDisposable
{
    private const int ValueHashBytes = 16;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, tokenKey);

    public DataOwner Owner => owner;

    public ScopeTag Scope => scope;

    /// <summary>
    /// The token of a value. What a recogniser thinks of the value has no part in it: an address is the same in a field of its own
    /// and in the middle of a text.
    /// </summary>
    public PseudonymToken TokenOf(ValueKind kind, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash((byte)kind, value, hash);
        return new PseudonymToken(scope, BinaryPrimitives.ReadUInt128BigEndian(hash[..ValueHashBytes]));
    }

    /// <summary>Tells ways of writing one value apart.</summary>
    public UInt128 WrittenHash(ReadOnlySpan<byte> written)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash((byte)'w', written, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash[..ValueHashBytes]);
    }

    public byte[] Seal(TokenKey key, ReadOnlySpan<byte> content)
    {
        Span<byte> binding = stackalloc byte[ValueBinding.LongestLength];
        return sealer.Seal(content, binding[..ValueBinding.Write(owner, key, binding)]);
    }

    public void Dispose() => _hash.Dispose();

    private void Hash(byte domain, ReadOnlySpan<byte> value, Span<byte> hash)
    {
        _hash.AppendData([domain]);
        _hash.AppendData(value);
        _hash.GetHashAndReset(hash);
    }
}
