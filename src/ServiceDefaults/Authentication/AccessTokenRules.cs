using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Platform.ServiceDefaults.Authentication;

/// <summary>
/// What an access token must be besides signed: of the one type, in the one spelling, with each member once and of its kind. The library
/// takes the last of two members of one name where another reader takes the first, and overlooks what it does not know; nothing that
/// UserService issues leaves room for either.
/// </summary>
internal static class AccessTokenRules
{
    private const int SignatureLetters = 86;

    /// <summary>The parameters' type validator: asked after the signature was found good.</summary>
    public static string Check(string? type, SecurityToken token, TokenValidationParameters parameters)
    {
        if (type != AccessTokenClaims.Type)
        {
            throw new SecurityTokenInvalidTypeException("The token is no access token.") { InvalidType = type };
        }

        var jwt = (JsonWebToken)token;
        var fault = FindSpellingFault(jwt) ?? FindFault(jwt.EncodedHeader, HeaderFault, _ => null) ?? FindFault(jwt.EncodedPayload, ClaimFault, ClaimsFault);
        return fault is null ? type : throw new AccessTokenFaultException(fault);
    }

    private static string? FindSpellingFault(JsonWebToken jwt) =>
        jwt.EncodedSignature.Length == SignatureLetters
        && IsCanonical(jwt.EncodedHeader) && IsCanonical(jwt.EncodedPayload) && IsCanonical(jwt.EncodedSignature)
            ? null
            : "The token has another spelling than it was issued in.";

    /// <summary>Whether the bits that base64url leaves over are zero, so that these bytes have no second spelling.</summary>
    private static bool IsCanonical(ReadOnlySpan<char> part)
    {
        if (part.Length % 4 == 0)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[3];
        Span<char> again = stackalloc char[4];
        var last = part[^(part.Length % 4)..];
        return Base64Url.TryDecodeFromChars(last, bytes, out var length)
            && Base64Url.TryEncodeToChars(bytes[..length], again, out var letters)
            && last.SequenceEqual(again[..letters]);
    }

    private static string? FindFault(
        string encoded, Func<string, JsonElement, string?> memberFault, Func<HashSet<string>, string?> namesFault)
    {
        var utf8 = Base64Url.DecodeFromChars(encoded);
        if (!Utf8.IsValid(utf8))
        {
            return "The token is not UTF-8.";
        }

        try
        {
            using var json = JsonDocument.Parse(utf8);
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (!names.Add(member.Name))
                {
                    return "The token has two members of one name.";
                }

                if (memberFault(member.Name, member.Value) is { } fault)
                {
                    return fault;
                }
            }

            return namesFault(names);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "The token is not JSON.";
        }
    }

    // RFC 7515, section 4.1.11: what is critical and not understood is refused, and none of these is understood here.
    private static string? HeaderFault(string name, JsonElement value) =>
        name is "crit" or "b64" or "zip" or "enc" or "cty" ? "The token needs what is not understood here." : null;

    private static string? ClaimFault(string name, JsonElement value)
    {
        var good = name switch
        {
            "iss" or "aud" or AccessTokenClaims.Subject or AccessTokenClaims.SessionId or AccessTokenClaims.ClientId or AccessTokenClaims.TokenId =>
                value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 },
            AccessTokenClaims.Scope => value.ValueKind == JsonValueKind.String,
            AccessTokenClaims.Role => value.ValueKind == JsonValueKind.String
                || value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(role => role.ValueKind == JsonValueKind.String),
            "exp" or "nbf" or "iat" or AccessTokenClaims.AuthenticatedAt => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            _ => true,
        };
        return good ? null : "A claim of the token is not of its kind.";
    }

    private static string? ClaimsFault(HashSet<string> claims) =>
        !claims.Contains(AccessTokenClaims.Subject) || !claims.Contains(AccessTokenClaims.TokenId) || !claims.Contains("exp")
            ? "The token lacks a claim."
            : claims.Contains(AccessTokenClaims.SessionId) && claims.Contains(AccessTokenClaims.ClientId)
                ? "The token is a person's and a service's at once."
                : null;
}
