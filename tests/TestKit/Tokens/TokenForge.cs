using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.TestKit.Tokens;

/// <summary>
/// Makes tokens from a good one: with the issuer's own key, so that nothing but what was changed can be wrong with them, or with an
/// attacker's.
/// </summary>
/// <param name="key">The issuer's.</param>
/// <param name="keyId">Its name.</param>
/// <param name="claims">Of a token that the service accepts.</param>
/// <param name="refreshToken">What the issuer gave together with it.</param>
/// <param name="trap">Where an attacker would publish keys.</param>
public sealed class TokenForge(ECDsa key, string keyId, JsonObject claims, string refreshToken, Uri trap) : IDisposable
{
    private const int Half = 32;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly BigInteger Order = new(
        Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    private readonly ECDsa _foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public long Now { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public string KeyId => keyId;

    public string RefreshToken => refreshToken;

    public string Trap => trap.ToString();

    public string Issuer => (string)claims["iss"]!;

    public string Audience => (string)claims["aud"]!;

    public string SessionId => (string)claims["sid"]!;

    /// <summary>The public key in every form that somebody might take for a shared secret.</summary>
    public string PublicKeyPem => key.ExportSubjectPublicKeyInfoPem();

    public byte[] PublicKeyInfo => key.ExportSubjectPublicKeyInfo();

    public byte[] PublicPoint => [.. Point(key).X!, .. Point(key).Y!];

    public string PublicJwk => Jwk(key, keyId).ToJsonString(Plain);

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The header of a good token, changed.</summary>
    public string Header(Action<JsonObject>? change = null)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = keyId };
        change?.Invoke(header);
        return header.ToJsonString(Plain);
    }

    /// <summary>The payload of a good token, changed.</summary>
    public string Payload(Action<JsonObject>? change = null)
    {
        var payload = claims.DeepClone().AsObject();
        payload["jti"] = Guid.NewGuid().ToString("n");
        payload["iat"] = Now;
        payload["nbf"] = Now;
        payload["exp"] = Now + 300;
        change?.Invoke(payload);
        return payload.ToJsonString(Plain);
    }

    /// <summary>Signs this text as it stands; with the issuer's key unless said otherwise.</summary>
    public string Sign(string header, string payload, Func<byte[], byte[]>? sign = null) => SignParts(Encode(header), Encode(payload), sign);

    public string SignParts(string header, string payload, Func<byte[], byte[]>? sign = null) =>
        $"{header}.{payload}.{Encode((sign ?? WithKey)(Encoding.UTF8.GetBytes($"{header}.{payload}")))}";

    public string Token(Action<JsonObject>? header = null, Action<JsonObject>? payload = null, Func<byte[], byte[]>? sign = null) =>
        Sign(Header(header), Payload(payload), sign);

    /// <summary>A good token whose header is this.</summary>
    public string WithHeader(Action<JsonObject> header) => Token(header);

    /// <summary>A good token whose claims are these.</summary>
    public string WithClaims(Action<JsonObject> payload) => Token(null, payload);

    /// <summary>A good token with one more member, whatever its name, at the end of the payload.</summary>
    public string WithSecondClaim(string member) => Sign(Header(), Append(Payload(claims => claims["role"] = "user"), member));

    public string WithSecondHeader(string member) => Sign(Append(Header(), member), Payload());

    public byte[] WithKey(byte[] input) => key.SignData(input, HashAlgorithmName.SHA256);

    public byte[] WithKeyAsDer(byte[] input) => key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public byte[] WithForeignKey(byte[] input) => _foreign.SignData(input, HashAlgorithmName.SHA256);

    public JsonObject ForeignJwk(string id) => Jwk(_foreign, id);

    public string ForeignCertificate()
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=attacker", _foreign, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return Convert.ToBase64String(certificate.RawData);
    }

    public static byte[] Swap(byte[] signature) => [.. signature[Half..], .. signature[..Half]];

    /// <summary>The other signature of the same text that the same key makes good: s becomes n − s.</summary>
    public static byte[] Mirror(byte[] signature)
    {
        var s = new BigInteger(signature.AsSpan(Half), isUnsigned: true, isBigEndian: true);
        return [.. signature[..Half], .. Number(Order - s)];
    }

    /// <summary>r and s as they are given: numbers that no honest signer makes.</summary>
    public static byte[] Signature(BigInteger r, BigInteger s) => [.. Number(r), .. Number(s)];

    public static BigInteger CurveOrder => Order;

    /// <summary>Another spelling of the same bytes: the bits that base64url leaves over are not zero.</summary>
    public static string Respell(string part)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return part.Length % 4 == 0
            ? throw new ArgumentException("No bits are left over.", nameof(part))
            : part[..^1] + alphabet[alphabet.IndexOf(part[^1], StringComparison.Ordinal) | 1];
    }

    /// <summary>One of the three parts of a token, changed behind the signer's back.</summary>
    public static string Alter(string token, int part, Func<string, string> change)
    {
        var parts = token.Split('.');
        parts[part] = change(parts[part]);
        return string.Join('.', parts);
    }

    public void Dispose() => _foreign.Dispose();

    private static string Append(string json, string member) => $"{json[..^1]},{member}}}";

    private static byte[] Number(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[Half - bytes.Length], .. bytes];
    }

    private static ECPoint Point(ECDsa of) => of.ExportParameters(includePrivateParameters: false).Q;

    private static JsonObject Jwk(ECDsa of, string id) => new()
    {
        ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = id,
        ["x"] = Encode(Point(of).X!), ["y"] = Encode(Point(of).Y!),
    };
}
