using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;

namespace UserService.Keys;

/// <summary>What protects this service's data at rest: one key per purpose, all derived from <c>Sealing:Key</c>, none kept in Redis.</summary>
internal sealed class Secrets
{
    private const int KeyLength = 32;

    public Secrets(SealerProvider sealers, IOptions<SealingOptions> options)
    {
        Profiles = new BoundSealer(sealers.For("account-profile"));
        Devices = new BoundSealer(sealers.For("session-device"));
        Successors = new BoundSealer(sealers.For("refresh-successor"));
        OneUseTokens = new BoundSealer(sealers.For("one-use-token"));
        SigningKeys = new BoundSealer(sealers.For("signing-key"));
        Outbox = new BoundSealer(sealers.For("outbox"));
        AuditPlaces = new BoundSealer(sealers.For("audit-place"));
        PendingFactors = new BoundSealer(sealers.For("pending-factor"));
        Erasures = new BoundSealer(sealers.For("erasure"));

        var root = Encoding.UTF8.GetBytes(options.Value.Key);
        NamesKey = Derive(root, "account-names");
        RefreshTokenKey = Derive(root, "refresh-tokens");
        NetworksKey = Derive(root, "networks");
        RecoveryCodesKey = Derive(root, "recovery-codes");
        ErasuresKey = Derive(root, "erasures");
    }

    public BoundSealer Profiles { get; }

    public BoundSealer Devices { get; }

    public BoundSealer Successors { get; }

    public BoundSealer OneUseTokens { get; }

    public BoundSealer SigningKeys { get; }

    public BoundSealer Outbox { get; }

    public BoundSealer AuditPlaces { get; }

    public BoundSealer PendingFactors { get; }

    public BoundSealer Erasures { get; }

    /// <summary>Turns e-mail addresses and user names into partitions of keys.</summary>
    public byte[] NamesKey { get; }

    /// <summary>Proves that a refresh token was handed out here.</summary>
    public byte[] RefreshTokenKey { get; }

    /// <summary>Turns the networks of people into members of sets.</summary>
    public byte[] NetworksKey { get; }

    /// <summary>Turns recovery codes into what is kept of them.</summary>
    public byte[] RecoveryCodesKey { get; }

    /// <summary>Turns people's ids into those of their erasures.</summary>
    public byte[] ErasuresKey { get; }

    private static byte[] Derive(byte[] root, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, KeyLength, info: Encoding.UTF8.GetBytes("userservice." + purpose));
}
