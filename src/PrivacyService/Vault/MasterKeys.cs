using System.Security.Cryptography;
using System.Text;
using PrivacyService.Tokens;

namespace PrivacyService.Vault;

/// <summary>What is derived from the sealing secret that all replicas share. Names only: personal data is sealed under owners' own keys.</summary>
internal sealed class MasterKeys(byte[] ownerNames, byte[] scopeNames, byte[] tenantTokens)
{
    private const int PartitionBytes = 16;
    private const int KeyBytes = 32;

    public static MasterKeys DeriveFrom(string secret)
    {
        var material = Encoding.UTF8.GetBytes(secret);
        return new MasterKeys(Derive("privacy owner names"), Derive("privacy scope names"), Derive("privacy tenant tokens"));

        byte[] Derive(string purpose) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, material, KeyBytes, info: Encoding.UTF8.GetBytes(purpose));
    }

    public DataOwner Owner(string id) =>
        new(id, Convert.ToHexStringLower(HMACSHA256.HashData(ownerNames, Encoding.UTF8.GetBytes(id)).AsSpan(0, PartitionBytes)));

    /// <summary>
    /// The tag of a scope. In the tenant's scope one value has one token whoever owns it, so its tag is one for all; the vaults stay apart.
    /// </summary>
    public ScopeTag Tag(DataOwner owner, PseudonymScope scope)
    {
        var name = scope.IsTenant ? scope.Name : $"{owner.Partition}|{scope.Name}";
        var hash = HMACSHA256.HashData(scopeNames, Encoding.UTF8.GetBytes(name));
        ulong tag = 0;
        foreach (var part in hash.AsSpan(0, ScopeTag.Bytes))
        {
            tag = (tag << 8) | part;
        }

        return new ScopeTag(tag);
    }

    public byte[] TenantTokenKey => tenantTokens;
}
