using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.TestKit.Tokens;

public static partial class TokenAttacks
{
    private static readonly Func<string, string> FlipFirst = part => (part[0] == 'A' ? 'B' : 'A') + part[1..];

    private static Dictionary<string, Func<TokenForge, string>> Signatures()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>
        {
            ["altered payload"] = forge => Changed(forge, payload => payload["role"] = "admin"),
            ["altered subject"] = forge => Changed(forge, payload => payload["sub"] = "usr_other"),
            ["altered header"] = forge => TokenForge.Alter(forge.Token(), 0, _ => TokenForge.Encode(forge.Header(header => header["x"] = 1))),
            ["altered signature"] = forge => TokenForge.Alter(forge.Token(), 2, FlipFirst),
            ["signature cut short"] = forge => forge.Token()[..^4],
            ["no signature"] = forge => TokenForge.Alter(forge.Token(), 2, _ => ""),
            ["no signature and no last dot"] = forge => forge.Token() is var token ? token[..token.LastIndexOf('.')] : "",
            ["signature of another token"] = forge => TokenForge.Alter(forge.Token(), 2, _ => forge.WithClaims(claims => claims["x"] = 1).Split('.')[2]),
            ["r and s swapped"] = forge => forge.Token(sign: input => TokenForge.Swap(forge.WithKey(input))),
            ["signature in DER"] = forge => forge.Token(sign: forge.WithKeyAsDer),
            ["signature one byte longer"] = forge => forge.Token(sign: input => [.. forge.WithKey(input), 0]),
            ["signature one byte longer in front"] = forge => forge.Token(sign: input => [0, .. forge.WithKey(input)]),
            ["signature twice"] = forge => forge.Token(sign: input => [.. forge.WithKey(input), .. forge.WithKey(input)]),
            ["trailing bytes"] = forge => forge.Token() + "AA",
        };
        foreach (var (name, number) in (IEnumerable<(string, BigInteger)>)[("0", 0), ("1", 1), ("n", TokenForge.CurveOrder), ("n + 1", TokenForge.CurveOrder + 1)])
        {
            attacks[$"r and s {name}"] = forge => forge.Token(sign: _ => TokenForge.Signature(number, number));
            attacks[$"s {name}"] = forge => forge.Token(sign: input => [.. forge.WithKey(input)[..32], .. TokenForge.Signature(number, number)[..32]]);
        }

        return attacks;
    }

    private static Dictionary<string, Func<TokenForge, string>> Shapes()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>
        {
            ["padding"] = forge => forge.Token() + "==",
            ["padding on every part"] = forge => string.Join('.', forge.Token().Split('.').Select(part => part + new string('=', (4 - part.Length % 4) % 4))),
            ["four parts"] = forge => forge.Token() + ".AAAA",
            ["a dot behind"] = forge => forge.Token() + ".",
            ["a dot in front"] = forge => "." + forge.Token(),
            ["two dots for one"] = forge => forge.Token().Replace(".", "..", StringComparison.Ordinal),
            ["dots escaped"] = forge => forge.Token().Replace(".", "%2E", StringComparison.Ordinal),
            ["a space in the middle"] = forge => forge.Token().Insert(20, " "),
            ["a space before the signature"] = forge => TokenForge.Alter(forge.Token(), 2, part => " " + part),
            ["a tab in the middle"] = forge => forge.Token().Insert(20, "\t"),
            ["plain base64"] = forge => forge.Token(sign: forge.WithKey).Replace('-', '+').Replace('_', '/') + "+/",
            ["quoted"] = forge => $"\"{forge.Token()}\"",
            ["the last letter of the signature respelt"] = forge => TokenForge.Alter(forge.Token(), 2, TokenForge.Respell),
            ["the last letter of the header respelt and signed"] = forge => forge.SignParts(Respelt(pad => forge.Header(header => header["x"] = pad)), TokenForge.Encode(forge.Payload())),
            ["the last letter of the payload respelt and signed"] = forge => forge.SignParts(TokenForge.Encode(forge.Header()), Respelt(pad => forge.Payload(payload => payload["x"] = pad))),
            ["encrypted by its looks"] = _ => TokenForge.Encode("""{"alg":"dir","enc":"A128CBC-HS256"}""") + "..AAAA.AAAA.AAAA",
            ["encrypted and compressed by its looks"] = _ => TokenForge.Encode("""{"alg":"ECDH-ES","enc":"A256GCM","zip":"DEF"}""") + ".AAAA.AAAA.AAAA.AAAA",
            ["a good token with two parts behind"] = forge => string.Join('.', forge.Token(), "AAAA", "AAAA"),
            ["nested"] = forge => forge.Sign(forge.Header(header => header["cty"] = "JWT"), forge.Token()),
            ["nested, not said so"] = forge => forge.Sign(forge.Header(), forge.Token()),
            ["in JSON"] = forge => In(forge.Token().Split('.')),
            ["thousands of dots"] = _ => new string('.', 8000),
            ["header of thousands of letters"] = forge => TokenForge.Alter(forge.Token(), 0, _ => new string('A', 20_000)),
            ["deep header"] = forge => forge.WithSecondHeader($"\"x\":{Deep(2000)}"),
            ["deep payload"] = forge => forge.WithSecondClaim($"\"x\":{Deep(2000)}"),
            ["deep arrays"] = forge => forge.WithSecondClaim($"\"x\":{new string('[', 6000)}{new string(']', 6000)}"),
            ["twenty kilobytes"] = forge => forge.Token(null, claims => claims["x"] = new string('x', 14_000), forge.WithForeignKey),
            ["a hundred kilobytes"] = forge => forge.WithClaims(claims => claims["x"] = new string('x', 100 * 1024)),
            ["payload of bytes that are no UTF-8"] = forge => forge.SignParts(
                TokenForge.Encode(forge.Header()), TokenForge.Encode([.. Encoding.UTF8.GetBytes(forge.Payload()[..^1] + ",\"x\":\""), 0xC3, 0x28, .. "\"}"u8])),
        };
        foreach (var text in (string[])["", ".", "..", "x", "x.y", "x.y.z", "null", "undefined", "true", "{}", "e30.e30.", "e30.e30.e30", "🔑.🔑.🔑"])
        {
            attacks[$"the text '{text}'"] = _ => text;
        }

        foreach (var payload in (string[])["", "null", "1", "\"text\"", "[]", "{", "}", "{}", "{}{}", "\uFEFF{}", "{'sub':'usr_1'}", "{\"sub\":NaN}", "{,}"])
        {
            attacks[$"payload '{payload}'"] = forge => forge.Sign(forge.Header(), payload);
            attacks[$"header '{payload}'"] = forge => forge.Sign(payload, forge.Payload());
        }

        foreach (var behind in (string[])["x", "{}", "\0", ","])
        {
            attacks[$"payload and '{behind}' behind it"] = forge => forge.Sign(forge.Header(), forge.Payload() + behind);
        }

        return attacks;
    }

    /// <summary>Whole header lines: the scheme, characters that no token has, two lines.</summary>
    private static Dictionary<string, Func<TokenForge, string[]>> Headers()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string[]>>
        {
            ["no scheme"] = forge => [forge.Token()],
            ["scheme only"] = _ => ["Bearer"],
            ["scheme and space"] = _ => ["Bearer "],
            ["no space behind the scheme"] = forge => ["Bearer" + forge.Token()],
            ["colon behind the scheme"] = forge => ["Bearer: " + forge.Token()],
            ["equals sign behind the scheme"] = forge => ["Bearer=" + forge.Token()],
            ["tab behind the scheme"] = forge => ["Bearer\t" + forge.Token()],
            ["scheme twice"] = forge => ["Bearer Bearer " + forge.Token()],
            ["Basic"] = forge => ["Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("x:" + forge.Token()))],
            ["Basic with a token"] = forge => ["Basic " + forge.Token()],
            ["DPoP"] = forge => ["DPoP " + forge.Token()],
            ["Token"] = forge => ["Token " + forge.Token()],
            ["two good headers"] = forge => ["Bearer " + forge.Token(), "Bearer " + forge.Token()],
            ["the same header twice"] = forge => { var good = "Bearer " + forge.Token(); return [good, good]; },
            ["a good and a bad header"] = forge => ["Bearer " + forge.Token(), "Bearer x.y.z"],
            ["a bad and a good header"] = forge => ["Bearer x.y.z", "Bearer " + forge.Token()],
            ["another scheme and a good header"] = forge => ["Basic eDp5", "Bearer " + forge.Token()],
            ["an empty and a good header"] = forge => ["", "Bearer " + forge.Token(), "x"],
            ["two in one header"] = forge => [$"Bearer {forge.Token()}, Bearer {forge.Token()}"],
            ["a parameter behind"] = forge => [$"Bearer {forge.Token()}, realm=\"x\""],
        };
        foreach (var code in (int[])[0, 1, 7, 8, 11, 27, 127, 128, 160, 255])
        {
            attacks[$"character {code} in the middle"] = forge => ["Bearer " + forge.Token().Insert(20, ((char)code).ToString())];
            if (code != '\v')
            {
                attacks[$"character {code} at the end"] = forge => ["Bearer " + forge.Token() + (char)code];
            }
        }

        return attacks;
    }

    private static string Changed(TokenForge forge, Action<JsonObject> change) => TokenForge.Alter(forge.Token(), 1, _ => TokenForge.Encode(forge.Payload(change)));

    /// <summary>A part that leaves bits over, spelt so that they are not zero.</summary>
    private static string Respelt(Func<string, string> json) => TokenForge.Respell(
        ((IEnumerable<string>)["", "x", "xx"]).Select(pad => TokenForge.Encode(json(pad))).First(part => part.Length % 4 != 0));

    private static string Deep(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);

    private static string In(string[] parts) => $$"""{"protected":"{{parts[0]}}","payload":"{{parts[1]}}","signature":"{{parts[2]}}"}""";
}
