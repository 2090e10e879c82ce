using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.TestKit.Tokens;

public static partial class TokenAttacks
{
    private static Dictionary<string, Func<TokenForge, string>> Algorithms()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>
        {
            ["no algorithm"] = forge => forge.WithHeader(header => header.Remove("alg")),
            ["algorithm null"] = forge => forge.WithHeader(header => header["alg"] = null),
            ["algorithm a number"] = forge => forge.WithHeader(header => header["alg"] = 256),
            ["algorithm in an array"] = forge => forge.WithHeader(header => header["alg"] = new JsonArray("ES256")),
        };
        foreach (var none in (string[])["none", "None", "NONE", "nOnE", "none ", ""])
        {
            attacks[$"algorithm '{none}', unsigned"] = forge => forge.Token(header => header["alg"] = none, sign: _ => []);
            attacks[$"algorithm '{none}', signed"] = forge => forge.WithHeader(header => header["alg"] = none);
            attacks[$"algorithm '{none}', no key id"] = forge => forge.Token(
                header => { header["alg"] = none; header.Remove("kid"); }, sign: _ => []);
        }

        foreach (var other in (string[])["es256", "ES384", "ES512", "ES256K", "RS256", "PS256", "EdDSA", "HS256", "dir"])
        {
            attacks[$"algorithm {other} over an ES256 signature"] = forge => forge.WithHeader(header => header["alg"] = other);
        }

        foreach (var (form, secret) in Secrets())
        {
            attacks[$"HS256 with {form}"] = forge => forge.Token(header => header["alg"] = "HS256", sign: input => HMACSHA256.HashData(secret(forge), input));
            attacks[$"HS512 with {form}"] = forge => forge.Token(header => header["alg"] = "HS512", sign: input => HMACSHA512.HashData(secret(forge), input));
        }

        return attacks;
    }

    private static Dictionary<string, Func<TokenForge, byte[]>> Secrets() => new()
    {
        ["the public key as PEM"] = forge => Encoding.ASCII.GetBytes(forge.PublicKeyPem),
        ["the public key as PEM with a line end"] = forge => Encoding.ASCII.GetBytes(forge.PublicKeyPem + "\n"),
        ["the public key as DER"] = forge => forge.PublicKeyInfo,
        ["the public key as JWK"] = forge => Encoding.UTF8.GetBytes(forge.PublicJwk),
        ["the public point"] = forge => forge.PublicPoint,
        ["the public point, marked uncompressed"] = forge => [4, .. forge.PublicPoint],
        ["the public point's x"] = forge => forge.PublicPoint[..32],
        ["the key id"] = forge => Encoding.UTF8.GetBytes(forge.KeyId),
        ["nothing"] = _ => [],
    };
}
