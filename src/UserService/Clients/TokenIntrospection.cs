using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using UserService.Sessions;

namespace UserService.Clients;

/// <summary>
/// Tells what a token is worth at this moment (RFC 7662). Of one that is worth nothing it says no more than that, whoever's it is. Asking is
/// no use of the token or of its session, and spends nothing.
/// </summary>
internal static class TokenIntrospection
{
    public static async Task<Results<JsonHttpResult<IntrospectionResponse>, JsonHttpResult<OAuthErrorResponse>>> HandleAsync(
        HttpContext http, ClientRegistry clients, RefreshTokens refreshTokens, PresentedTokens presented, SessionStore sessions,
        IOptions<AuthOptions> auth, CancellationToken cancellationToken)
    {
        var request = await OAuthRequest.ReadAsync(http, ["token", "token_type_hint"], cancellationToken);
        if ((request.Error ?? RefuseCaller(http, request, clients)) is { } refusal)
        {
            return refusal;
        }

        // The hint is not needed: the two kinds look different.
        if (request["token"] is not { Length: > 0 } token)
        {
            return OAuthRequest.Refuse("invalid_request", "Send the token in question as token.");
        }

        var answer = refreshTokens.TryRead(token, out var refreshToken)
            ? await OfRefreshTokenAsync(refreshToken, sessions, auth.Value.Issuer, cancellationToken)
            : await OfAccessTokenAsync(token, presented, sessions, cancellationToken);
        return TypedResults.Json(answer ?? IntrospectionResponse.Inactive);
    }

    private static JsonHttpResult<OAuthErrorResponse>? RefuseCaller(HttpContext http, OAuthRequest request, ClientRegistry clients)
    {
        const string TooLittle = "The client needs the scope tokens:introspect.";
        if (request.IsBearer)
        {
            return http.User.Identity?.IsAuthenticated != true
                ? OAuthRequest.RefuseBearer(http, StatusCodes.Status401Unauthorized, "invalid_token", "The bearer token is not good.")
                : http.User.HasScope(Scopes.IntrospectTokens)
                    ? null
                    : OAuthRequest.RefuseBearer(http, StatusCodes.Status403Forbidden, "insufficient_scope", TooLittle);
        }

        return request.Authenticate(clients) is not { } client
            ? request.InvalidClient(http)
            : client.Scopes.Contains(Scopes.IntrospectTokens, StringComparer.Ordinal)
                ? null
                : OAuthRequest.Refuse("insufficient_scope", TooLittle, StatusCodes.Status403Forbidden);
    }

    private static async Task<IntrospectionResponse?> OfRefreshTokenAsync(
        RefreshToken token, SessionStore sessions, string issuer, CancellationToken cancellationToken) =>
        await sessions.PeekAsync(token.UserId, token.SessionId, cancellationToken) is { } session && session.RefreshDigest == token.Digest
            ? new IntrospectionResponse(Active: true)
            {
                TokenUse = "refresh_token",
                Subject = token.UserId,
                SessionId = token.SessionId,
                Issuer = issuer,
                Expires = session.ExpiresAt.ToUnixTimeSeconds(),
            }
            : null;

    private static async Task<IntrospectionResponse?> OfAccessTokenAsync(
        string token, PresentedTokens presented, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (await presented.CheckAsync(token, cancellationToken) is not { } principal)
        {
            return null;
        }

        if (!principal.IsService() && await sessions.PeekAsync(principal.UserId(), principal.SessionId(), cancellationToken) is null)
        {
            return null;
        }

        return new IntrospectionResponse(Active: true)
        {
            TokenUse = "access_token",
            TokenType = "Bearer",
            Scope = principal.FindFirstValue(AccessTokenClaims.Scope),
            ClientId = principal.ClientId(),
            Subject = principal.FindFirstValue(AccessTokenClaims.Subject),
            SessionId = principal.FindFirstValue(AccessTokenClaims.SessionId),
            Roles = principal.FindAll(AccessTokenClaims.Role).Select(role => role.Value).ToArray() is { Length: > 0 } roles ? roles : null,
            TokenId = principal.FindFirstValue(AccessTokenClaims.TokenId),
            Issuer = principal.FindFirstValue("iss"),
            Audience = principal.FindFirstValue("aud"),
            Expires = Seconds(principal, "exp"),
            IssuedAt = Seconds(principal, "iat"),
            NotBefore = Seconds(principal, "nbf"),
            AuthenticatedAt = Seconds(principal, AccessTokenClaims.AuthenticatedAt),
        };
    }

    private static long? Seconds(ClaimsPrincipal principal, string claim) =>
        long.TryParse(principal.FindFirstValue(claim), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
