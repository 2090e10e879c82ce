using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using UserService.Tokens;

namespace UserService.Tests.Tokens;

/// <summary>Tokens that were never issued, against this service's own endpoints.</summary>
public sealed class AttackTests(ServiceFixture service)
{
    private readonly UserServiceApplication _application = service.Application;

    public static TheoryData<string> Attacks => [.. Forgeries.Keys];

    private static readonly Dictionary<string, Func<Forge, string>> Forgeries = new()
    {
        ["no signature"] = forge => forge.Token(header => header["alg"] = "none", sign: _ => ""),
        ["no signature, other case"] = forge => forge.Token(header => header["alg"] = "nOnE", sign: _ => ""),
        ["HS256 with the public key"] = forge => forge.Token(
            header => header["alg"] = "HS256", sign: input => Base64Url.EncodeToString(HMACSHA256.HashData(forge.PublicKeyPem, input))),
        ["foreign key under a known id"] = forge => forge.Token(sign: forge.SignWithForeignKey),
        ["foreign key with embedded jwk"] = forge => forge.Token(header => header["jwk"] = forge.ForeignJwk(), sign: forge.SignWithForeignKey),
        ["foreign key under its own id"] = forge => forge.Token(header => header["kid"] = "foreign", sign: forge.SignWithForeignKey),
        ["foreign key by jku"] = forge => forge.Token(
            header => { header["jku"] = "http://127.0.0.1:9/keys"; header["kid"] = "elsewhere"; }, sign: forge.SignWithForeignKey),
        ["no key id"] = forge => forge.Token(header => header.Remove("kid")),
        ["id token"] = forge => forge.Token(header => header["typ"] = "JWT"),
        ["no type"] = forge => forge.Token(header => header.Remove("typ")),
        ["wrong audience"] = forge => forge.Token(claims: claims => claims["aud"] = "elsewhere"),
        ["no audience"] = forge => forge.Token(claims: claims => claims.Remove("aud")),
        ["wrong issuer"] = forge => forge.Token(claims: claims => claims["iss"] = "http://evil.example"),
        ["no issuer"] = forge => forge.Token(claims: claims => claims.Remove("iss")),
        ["expired"] = forge => forge.Token(claims: claims => { claims["exp"] = forge.Now - 90; claims["nbf"] = forge.Now - 400; }),
        ["never expires"] = forge => forge.Token(claims: claims => claims.Remove("exp")),
        ["not yet valid"] = forge => forge.Token(claims: claims => { claims["nbf"] = forge.Now + 120; claims["exp"] = forge.Now + 400; }),
        ["altered payload"] = forge => Forge.WithPayload(forge.Token(), claims => claims["role"] = "admin"),
        ["trailing bytes"] = forge => forge.Token() + "AA",
        ["padding"] = forge => forge.Token() + "==",
        ["four parts"] = forge => forge.Token() + ".AAAA",
        ["signature of zeros"] = forge => forge.Token(sign: _ => Base64Url.EncodeToString(new byte[64])),
        ["a hundred kilobytes"] = forge => forge.Token(claims: claims => claims["pad"] = new string('x', 100 * 1024), sign: forge.SignWithForeignKey),
        ["a refresh token"] = forge => forge.Person.Tokens.RefreshToken,
        ["nonsense"] = _ => "x.y.z",
    };

    [Fact]
    public async Task Me_TokenForgedWithTheRightKey_IsAccepted()
    {
        // Shows that the attacks below fail for what is wrong with them, and not for how they are made.
        using var forge = await Forge.StartAsync(_application);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(forge.Token())).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Me_ForgedToken_IsRefused(string attack)
    {
        using var forge = await Forge.StartAsync(_application);

        using var response = await CallAsync(Forgeries[attack](forge));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private async Task<HttpResponseMessage> CallAsync(string token)
    {
        using var client = _application.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await client.SendAsync(request);
    }

    private sealed class Forge : IDisposable
    {
        private readonly ECDsa _foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly SigningKey _key;

        private Forge(SigningKey key, SignedIn person)
        {
            _key = key;
            Person = person;
        }

        public SignedIn Person { get; }

        public long Now { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        public byte[] PublicKeyPem => Encoding.ASCII.GetBytes(_key.SecurityKey.ECDsa.ExportSubjectPublicKeyInfoPem());

        public static async Task<Forge> StartAsync(UserServiceApplication application) => new(
            await application.Services.GetRequiredService<KeyRing>().GetActiveAsync(CancellationToken.None), await application.NewPersonAsync());

        public string Token(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, Func<byte[], string>? sign = null)
        {
            var head = new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = _key.Id };
            header?.Invoke(head);
            var payload = new JsonObject
            {
                ["iss"] = UserServiceApplication.Issuer, ["aud"] = "platform", ["sub"] = Person.Id, ["sid"] = Person.Tokens.SessionId,
                ["jti"] = Guid.NewGuid().ToString("n"), ["iat"] = Now, ["nbf"] = Now, ["exp"] = Now + 300, ["scope"] = "user", ["ep"] = 0,
            };
            claims?.Invoke(payload);
            var input = $"{Encode(head)}.{Encode(payload)}";
            return $"{input}.{(sign ?? Sign)(Encoding.ASCII.GetBytes(input))}";
        }

        public string SignWithForeignKey(byte[] input) => Base64Url.EncodeToString(_foreign.SignData(input, HashAlgorithmName.SHA256));

        public JsonObject ForeignJwk()
        {
            var point = _foreign.ExportParameters(includePrivateParameters: false).Q;
            return new JsonObject
            {
                ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
            };
        }

        public static string WithPayload(string token, Action<JsonObject> change)
        {
            var parts = token.Split('.');
            var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
            change(payload);
            return $"{parts[0]}.{Encode(payload)}.{parts[2]}";
        }

        public void Dispose() => _foreign.Dispose();

        private string Sign(byte[] input) => Base64Url.EncodeToString(_key.SecurityKey.ECDsa.SignData(input, HashAlgorithmName.SHA256));

        private static string Encode(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
    }
}
