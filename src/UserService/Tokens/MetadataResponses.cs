using System.Text.Json.Serialization;

namespace UserService.Tokens;

/// <summary>RFC 7517.</summary>
internal sealed record KeySetResponse(IReadOnlyList<PublicKeyResponse> Keys);

internal sealed record PublicKeyResponse(string Kty, string Use, string Alg, string Kid, string Crv, string X, string Y)
{
    public static PublicKeyResponse Of(SigningKey key) => new("EC", "sig", "ES256", key.Id, "P-256", key.X, key.Y);
}

/// <summary>RFC 8414, under the well-known name that most clients look for.</summary>
internal sealed record MetadataResponse
{
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    [JsonPropertyName("jwks_uri")]
    public required string JwksUri { get; init; }

    [JsonPropertyName("token_endpoint")]
    public required string TokenEndpoint { get; init; }

    [JsonPropertyName("introspection_endpoint")]
    public required string IntrospectionEndpoint { get; init; }

    [JsonPropertyName("introspection_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> IntrospectionAuthenticationMethods { get; } = ["client_secret_basic", "client_secret_post", "Bearer"];

    [JsonPropertyName("revocation_endpoint")]
    public required string RevocationEndpoint { get; init; }

    [JsonPropertyName("revocation_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> RevocationAuthenticationMethods { get; } = ["client_secret_basic", "client_secret_post", "Bearer", "none"];

    [JsonPropertyName("grant_types_supported")]
    public IReadOnlyList<string> GrantTypes { get; } = ["client_credentials"];

    [JsonPropertyName("token_endpoint_auth_methods_supported")]
    public IReadOnlyList<string> AuthenticationMethods { get; } = ["client_secret_basic", "client_secret_post"];

    [JsonPropertyName("response_types_supported")]
    public IReadOnlyList<string> ResponseTypes { get; } = [];

    [JsonPropertyName("subject_types_supported")]
    public IReadOnlyList<string> SubjectTypes { get; } = ["public"];

    [JsonPropertyName("scopes_supported")]
    public required IReadOnlyList<string> Scopes { get; init; }
}
