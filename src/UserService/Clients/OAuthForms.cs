using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace UserService.Clients;

/// <summary>
/// What clients send (RFC 6749, section 4.4.2), for the description of the API: <see cref="OAuthRequest"/> reads the form itself, because OAuth has its own
/// words for what is wrong with one.
/// </summary>
internal sealed record ClientTokenForm(
    [property: JsonPropertyName("grant_type"), Required, AllowedValues("client_credentials")] string GrantType,
    [property: JsonPropertyName("scope"), Description("Words with spaces between; all that the client may have, where left out.")] string? Scope,
    [property: JsonPropertyName("client_id"), Description("Where not sent by Basic authentication.")] string? ClientId,
    [property: JsonPropertyName("client_secret"), Description("Where not sent by Basic authentication.")] string? ClientSecret)
{
    public override string ToString() => nameof(ClientTokenForm);
}

/// <summary>A token to be looked at or ended (RFC 7662, section 2.1; RFC 7009, section 2.1).</summary>
internal sealed record PresentedTokenForm(
    [property: JsonPropertyName("token"), Required, Description("An access token or a refresh token.")] string Token,
    [property: JsonPropertyName("token_type_hint"), Description("Not needed: the two kinds look different.")] string? TokenTypeHint,
    [property: JsonPropertyName("client_id"), Description("Where not sent by Basic authentication.")] string? ClientId,
    [property: JsonPropertyName("client_secret"), Description("Where not sent by Basic authentication.")] string? ClientSecret)
{
    public override string ToString() => nameof(PresentedTokenForm);
}
