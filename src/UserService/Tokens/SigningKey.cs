using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;
using Platform.ServiceDefaults.Revocations;

namespace UserService.Tokens;

/// <summary>One key of the ring: ES256, named by the thumbprint of its public half.</summary>
internal sealed class SigningKey
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key, DateTimeOffset createdAt)
    {
        _key = key;
        CreatedAt = createdAt;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        X = Base64Url.EncodeToString(point.X);
        Y = Base64Url.EncodeToString(point.Y);
        Id = Thumbprint(X, Y);
        Digest = RevocationDigest.Of(RevocationKind.Key, Id);
        SecurityKey = new ECDsaSecurityKey(key) { KeyId = Id };
        Credentials = new SigningCredentials(SecurityKey, SecurityAlgorithms.EcdsaSha256);
    }

    public string Id { get; }

    /// <summary>What stands for it in the feed of revocations.</summary>
    public ulong Digest { get; }

    public string X { get; }

    public string Y { get; }

    public DateTimeOffset CreatedAt { get; }

    public ECDsaSecurityKey SecurityKey { get; }

    public SigningCredentials Credentials { get; }

    public static SigningKey Create(DateTimeOffset now) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), now);

    public static SigningKey FromUtf8(ReadOnlySpan<byte> json)
    {
        var stored = JsonSerializer.Deserialize(json, SigningKeyJson.Default.Stored) ?? throw new InvalidDataException("A signing key is empty.");
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(stored.Pkcs8, out _);
        return new SigningKey(key, stored.CreatedAt);
    }

    /// <summary>ES256 (RFC 7518, section 3.4) over ASCII text.</summary>
    public byte[] Sign(string text) => _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256);

    /// <summary>With the private half: only ever to be sealed.</summary>
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(
        new Stored(CreatedAt, _key.ExportPkcs8PrivateKey()), SigningKeyJson.Default.Stored);

    /// <summary>RFC 7638: SHA-256 of the required members, in lexical order, without spaces.</summary>
    public static string Thumbprint(string x, string y)
    {
        var json = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(json)));
    }

    internal sealed record Stored(DateTimeOffset CreatedAt, byte[] Pkcs8);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SigningKey.Stored))]
internal sealed partial class SigningKeyJson : JsonSerializerContext;
