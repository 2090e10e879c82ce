using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Platform.Redis.Sealing;
using PrivacyService.Aws;
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
    public PseudonymToken TokenOf(ValueKind kind, ReadOnlySpan<byte> value) => new(scope, Hash((byte)kind, value));

    /// <summary>The place of a stand-in in the vault. A model may have changed its letter case.</summary>
    public PseudonymToken TokenOfStandIn(ReadOnlySpan<char> standIn) => TokenOf(ValueKind.StandIn, Encoding.UTF8.GetBytes(AwsShapes.Fold(standIn)));

    /// <summary>What makes stand-ins of this scope. To be disposed of by the caller.</summary>
    public AwsShapes CreateShapes() => new(tokenKey, scope);

    /// <summary>Tells ways of writing one value apart.</summary>
    public UInt128 WrittenHash(ReadOnlySpan<byte> written) => Hash((byte)'w', written);

    /// <summary>A value's place among those that share the stand-ins of a range.</summary>
    public UInt128 ClaimHash(string range, string value) => Hash((byte)'c', Encoding.UTF8.GetBytes($"{range}|{value}"));

    public byte[] Seal(TokenKey key, ReadOnlySpan<byte> content)
    {
        Span<byte> binding = stackalloc byte[ValueBinding.LongestLength];
        return sealer.Seal(content, binding[..ValueBinding.Write(owner, key, binding)]);
    }

    public void Dispose() => _hash.Dispose();

    private UInt128 Hash(byte domain, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _hash.AppendData([domain]);
        _hash.AppendData(value);
        _hash.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash[..ValueHashBytes]);
    }
}
