using System.Text.Json.Nodes;

namespace Platform.TestKit.Tokens;

// All of these are signed with the issuer's own key: what is refused is what they say.
public static partial class TokenAttacks
{
    private static Dictionary<string, Func<TokenForge, string>> Types()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>
        {
            ["no type"] = forge => forge.WithHeader(header => header.Remove("typ")),
            ["type null"] = forge => forge.WithHeader(header => header["typ"] = null),
            ["type a number"] = forge => forge.WithHeader(header => header["typ"] = 1),
            ["type in an array"] = forge => forge.WithHeader(header => header["typ"] = new JsonArray("at+jwt")),
            ["an id token"] = forge => forge.Token(header => header["typ"] = "JWT", claims => { claims["nonce"] = "n"; claims["aud"] = "client"; }),
            ["a refresh token"] = forge => forge.RefreshToken,
        };
        foreach (var type in (string[])["JWT", "jwt", "rt+jwt", "id+jwt", "logout+jwt", "secevent+jwt", "dpop+jwt", "application/jwt", "at+jwt ", "at", ""])
        {
            attacks[$"type '{type}'"] = forge => forge.WithHeader(header => header["typ"] = type);
        }

        return attacks;
    }

    private static Dictionary<string, Func<TokenForge, string>> Addressees()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>();
        foreach (var (claim, good) in (IEnumerable<(string, Func<TokenForge, string>)>)[("iss", forge => forge.Issuer), ("aud", forge => forge.Audience)])
        {
            foreach (var (fault, spoil) in Misspellings())
            {
                attacks[$"{claim} {fault}"] = forge => forge.WithClaims(claims => claims[claim] = spoil(good(forge)));
            }

            attacks[$"no {claim}"] = forge => forge.WithClaims(claims => claims.Remove(claim));
        }

        return attacks;
    }

    private static Dictionary<string, Func<string, JsonNode?>> Misspellings() => new()
    {
        ["of another"] = _ => "http://evil.example",
        ["with more behind it"] = good => good + ".evil.example",
        ["with a slash behind it"] = good => good + "/",
        ["with a space behind it"] = good => good + " ",
        ["with a fragment behind it"] = good => good + "#",
        ["cut short"] = good => good[..^1],
        ["in upper case"] = good => good.ToUpperInvariant(),
        ["empty"] = _ => "",
        ["null"] = _ => null,
        ["a number"] = _ => 1,
        ["true"] = _ => true,
        ["an object"] = good => new JsonObject { [good] = good },
        ["an empty array"] = _ => new JsonArray(),
        ["an array of another"] = _ => new JsonArray("http://evil.example"),
        ["an array of two"] = good => new JsonArray("http://evil.example", good),
        ["an array of one"] = good => new JsonArray(good),
    };

    private static Dictionary<string, Func<TokenForge, string>> Times()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>
        {
            ["expired"] = forge => forge.WithClaims(claims => claims["exp"] = forge.Now - 90),
            ["expired just beyond the skew of clocks"] = forge => forge.WithClaims(claims => claims["exp"] = forge.Now - 40),
            ["expired before it was valid"] = forge => forge.WithClaims(claims => { claims["exp"] = forge.Now - 5; claims["nbf"] = forge.Now + 5; }),
            ["no expiry"] = forge => forge.WithClaims(claims => claims.Remove("exp")),
            ["not yet valid"] = forge => forge.WithClaims(claims => { claims["nbf"] = forge.Now + 120; claims["exp"] = forge.Now + 400; }),
            ["expiry in a string"] = forge => forge.WithClaims(claims => claims["exp"] = (forge.Now + 300).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ["expiry in an array"] = forge => forge.WithClaims(claims => claims["exp"] = new JsonArray(forge.Now + 300)),
            ["expiry with a fraction"] = forge => forge.WithClaims(claims => claims["exp"] = forge.Now + 300.5),
        };
        foreach (var claim in (string[])["exp", "nbf", "iat"])
        {
            foreach (var value in (string[])["\"never\"", "\"\"", "-1e300", "1e300", "1E400", "99999999999999999999", "1.5e10", "true", "{}", "[]", "null"])
            {
                attacks[$"{claim} {value}"] = forge => forge.WithClaims(claims => claims[claim] = JsonNode.Parse(value));
            }
        }

        foreach (var value in (long[])[0, -1, long.MinValue])
        {
            attacks[$"exp {value}"] = forge => forge.WithClaims(claims => claims["exp"] = value);
        }

        return attacks;
    }

    private static Dictionary<string, Func<TokenForge, string>> Claims()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>
        {
            ["no subject"] = forge => forge.WithClaims(claims => claims.Remove("sub")),
            ["no token id"] = forge => forge.WithClaims(claims => claims.Remove("jti")),
            ["a person and a service at once"] = forge => forge.WithClaims(claims => { claims["sid"] = "ses_1"; claims["client_id"] = "taskservice"; }),
            ["roles with one that is no text"] = forge => forge.WithClaims(claims => claims["role"] = new JsonArray("user", 1)),
            ["two subjects, one with an escaped name"] = forge => forge.WithSecondClaim("\"s\\u0075b\":\"usr_other\""),
        };
        foreach (var claim in (string[])["sub", "jti", "sid", "client_id", "scope"])
        {
            // A service may ask for no scope at all.
            foreach (var value in (string[])[.. claim == "scope" ? (string[])[] : ["\"\""], "null", "1", "true", "{}", "[]", "[\"usr_other\"]"])
            {
                attacks[$"{claim} {value}"] = forge => forge.WithClaims(claims => claims[claim] = JsonNode.Parse(value));
            }
        }

        foreach (var value in (string[])["null", "1", "true", "{}", "{\"admin\":true}", "[[\"admin\"]]"])
        {
            attacks[$"role {value}"] = forge => forge.WithClaims(claims => claims["role"] = JsonNode.Parse(value));
        }

        foreach (var member in (string[])["\"sub\":\"usr_other\"", "\"exp\":4102444800", "\"role\":\"admin\"", "\"sid\":\"ses_other\"", "\"scope\":\"privacy:restore\"",
            "\"iss\":\"http://evil.example\"", "\"aud\":\"elsewhere\"", "\"jti\":\"another\"", "\"nbf\":0"])
        {
            attacks[$"a second {member}"] = forge => forge.WithSecondClaim(member);
        }

        foreach (var member in (string[])["\"alg\":\"none\"", "\"alg\":\"ES256\"", "\"kid\":\"other\"", "\"typ\":\"JWT\"", "\"typ\":\"at+jwt\""])
        {
            attacks[$"a second {member} in the header"] = forge => forge.WithSecondHeader(member);
        }

        foreach (var member in (string[])["\"crit\":[\"exp\"]", "\"crit\":[\"b64\"]", "\"crit\":[\"unheard-of\"]", "\"crit\":[]", "\"crit\":\"exp\"", "\"crit\":null",
            "\"b64\":false", "\"b64\":true", "\"b64\":false,\"crit\":[\"b64\"]", "\"zip\":\"DEF\"", "\"cty\":\"JWT\"", "\"enc\":\"A256GCM\""])
        {
            attacks[$"{member} in the header"] = forge => forge.WithSecondHeader(member);
        }

        return attacks;
    }
}
