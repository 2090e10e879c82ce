using System.Text.Json.Serialization;

namespace UserService.Clients;

/// <summary>RFC 6749, section 5.1.</summary>
internal sealed record ClientTokenResponse(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("scope")] string Scope)
{
    /// <summary>Keeps the token out of whatever prints records.</summary>
    public override string ToString() => nameof(ClientTokenResponse);
}

/// <summary>RFC 6749, section 5.2: OAuth clients expect this form, not a problem detail.</summary>
internal sealed record OAuthErrorResponse(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string ErrorDescription);
