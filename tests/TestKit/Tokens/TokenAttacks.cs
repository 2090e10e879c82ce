namespace Platform.TestKit.Tokens;

/// <summary>
/// Known ways to get past the check of an access token, by name: each makes the values of the <c>Authorization</c> header lines of one
/// request. Every service must refuse all of them.
/// </summary>
public static partial class TokenAttacks
{
    /// <summary>All attacks.</summary>
    public static IReadOnlyDictionary<string, Func<TokenForge, string[]>> All { get; } =
        ((IEnumerable<Dictionary<string, Func<TokenForge, string[]>>>)[Bearer(Algorithms()), Bearer(Keys()), Bearer(Types()), Bearer(Addressees()),
            Bearer(Times()), Bearer(Claims()), Bearer(Signatures()), Bearer(Shapes()), Headers()])
        .SelectMany(attacks => attacks).ToDictionary(StringComparer.Ordinal);

    /// <summary>Unusual, but within the rules: these are accepted, which shows that the attacks fail for what is wrong with them.</summary>
    public static IReadOnlyDictionary<string, Func<TokenForge, string[]>> Harmless { get; } = new Dictionary<string, Func<TokenForge, string[]>>
    {
        ["as issued"] = forge => ["Bearer " + forge.Token()],
        ["scheme in lower case"] = forge => ["bearer " + forge.Token()],
        ["a claim that nobody knows"] = forge => ["Bearer " + forge.WithClaims(claims => claims["tenant"] = "x")],
        ["expired within the skew of clocks"] = forge => ["Bearer " + forge.WithClaims(claims => { claims["exp"] = forge.Now - 5; claims["nbf"] = forge.Now - 300; })],
        ["valid from within the skew of clocks"] = forge => ["Bearer " + forge.WithClaims(claims => claims["nbf"] = forge.Now + 10)],

        // White space around the value of a header is no part of it; Kestrel lets this kind pass.
        ["a vertical tab behind"] = forge => ["Bearer " + forge.Token() + '\v'],

        // Whoever has the token may make a second signature of it without the key. It says the same: what revokes one revokes both.
        ["the mirrored signature"] = forge => ["Bearer " + forge.Token(sign: input => TokenForge.Mirror(forge.WithKey(input)))],
    };

    private static Dictionary<string, Func<TokenForge, string[]>> Bearer(Dictionary<string, Func<TokenForge, string>> attacks) =>
        attacks.ToDictionary(attack => attack.Key, attack => (Func<TokenForge, string[]>)(forge => ["Bearer " + attack.Value(forge)]));
}
