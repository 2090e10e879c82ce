using System.Security.Cryptography;
using System.Text;
using Platform.Redis.Sealing;
using PrivacyService.Tokens;

namespace PrivacyService.Vault;

/// <summary>
/// An owner's own random key. Tokens and seals of theirs come from it and from nothing else, so with it erased neither can the
/// sealed values be opened nor can anyone, this service included, test which value a token stood for.
/// </summary>
internal sealed class SubjectKey(DataOwner owner, byte[] key, byte[] wrapped)
{
    public const int Length = 32;

    public DataOwner Owner => owner;

    /// <summary>As it stands in Redis: what a write must still find there.</summary>
    public byte[] Wrapped => wrapped;

    public ScopeKeys ForScope(PseudonymScope scope, MasterKeys master) => new(
        owner,
        master.Tag(owner, scope),
        scope.IsTenant ? master.TenantTokenKey : Derive("tokens|" + scope.Name),
        SealerOf(master.Tag(owner, scope)));

    /// <summary>Opens and seals the values of one scope; needs the tag alone, which every token carries.</summary>
    public ValueSealer SealerOf(ScopeTag scope) => ValueSealer.FromKey(Derive("values|" + scope));

    public ValueSealer DocumentSealer() => ValueSealer.FromKey(Derive("documents"));

    private byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Length, info: Encoding.UTF8.GetBytes(purpose));
}
