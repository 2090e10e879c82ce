using System.Text.Json.Nodes;

namespace Platform.TestKit.Tokens;

public static partial class TokenAttacks
{
    private static Dictionary<string, Func<TokenForge, string>> Keys()
    {
        var attacks = new Dictionary<string, Func<TokenForge, string>>
        {
            ["foreign key under a known id"] = forge => forge.Token(sign: forge.WithForeignKey),
            ["foreign key without id"] = forge => forge.Token(header => header.Remove("kid"), sign: forge.WithForeignKey),
            ["no key id"] = forge => forge.WithHeader(header => header.Remove("kid")),
            ["key id empty"] = forge => forge.WithHeader(header => header["kid"] = ""),
            ["key id null"] = forge => forge.WithHeader(header => header["kid"] = null),
            ["key id a number"] = forge => forge.WithHeader(header => header["kid"] = 1),
            ["key id in an array"] = forge => forge.WithHeader(header => header["kid"] = new JsonArray(forge.KeyId)),
            ["key id in other case"] = forge => forge.WithHeader(header => header["kid"] = Flip(forge.KeyId)),
            ["key id with a space"] = forge => forge.WithHeader(header => header["kid"] = forge.KeyId + " "),
            ["key id of thousands of letters"] = forge => forge.WithHeader(header => header["kid"] = new string('k', 8000)),
        };
        foreach (var id in (string[])["foreign", "../../../../dev/null", "' OR 1=1 --", "*", "0", "${jndi:ldap://x}", "\r\nX: y", "\0"])
        {
            attacks[$"foreign key under the id {System.Text.Json.JsonSerializer.Serialize(id)}"] =
                forge => forge.Token(header => header["kid"] = id, sign: forge.WithForeignKey);
        }

        foreach (var (way, add) in WaysToBringAKey())
        {
            attacks[$"foreign key by {way}, known id"] = forge => forge.Token(header => add(forge, header), sign: forge.WithForeignKey);
            attacks[$"foreign key by {way}, unknown id"] = forge => forge.Token(
                header => { header["kid"] = "elsewhere"; add(forge, header); }, sign: forge.WithForeignKey);
            attacks[$"foreign key by {way}, no id"] = forge => forge.Token(
                header => { header.Remove("kid"); add(forge, header); }, sign: forge.WithForeignKey);
        }

        return attacks;
    }

    private static Dictionary<string, Action<TokenForge, JsonObject>> WaysToBringAKey() => new()
    {
        ["jwk"] = (forge, header) => header["jwk"] = forge.ForeignJwk((string?)header["kid"] ?? "own"),
        ["jku"] = (forge, header) => header["jku"] = forge.Trap + "jwks.json",
        ["x5u"] = (forge, header) => header["x5u"] = forge.Trap + "key.pem",
        ["x5c"] = (forge, header) => header["x5c"] = new JsonArray(forge.ForeignCertificate()),
        ["iss of its own"] = (forge, header) => header["iss"] = forge.Trap,
    };

    private static string Flip(string text) => string.Concat(text.Select(letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)));
}
