using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Authentication;
using UserService.Audit;
using UserService.Revocations;
using UserService.Sessions;

namespace UserService.Clients;

/// <summary>
/// Ends a token before its time (RFC 7009). Who holds a refresh token may end it with its session, as signing out does; that is the standard's
/// public client. An access token ends alone: by itself as the bearer token, or by a client that proved who it is, unless it is another
/// client's. A token that is worth nothing is as good as ended.
/// </summary>
internal static class TokenRevocation
{
    public static async Task<Results<Ok, JsonHttpResult<OAuthErrorResponse>>> HandleAsync(
        HttpContext http, ClientRegistry clients, RefreshTokens refreshTokens, PresentedTokens presented, SessionStore sessions, Revoker revoker,
        AuditTrail audit, CancellationToken cancellationToken)
    {
        var request = await OAuthRequest.ReadAsync(http, ["token", "token_type_hint"], cancellationToken);
        if (request.Error is { } error)
        {
            return error;
        }

        var client = request.Authenticate(clients);
        if (client is null && request.OffersCredentials)
        {
            return request.InvalidClient(http);
        }

        if (request["token"] is not { Length: > 0 } token)
        {
            return OAuthRequest.Refuse("invalid_request", "Send the token to end as token.");
        }

        if (refreshTokens.TryRead(token, out var refreshToken))
        {
            if (await sessions.EndAsync(refreshToken.UserId, refreshToken.SessionId, cancellationToken))
            {
                await audit.RecordAsync(AuditActions.SessionEnded, AuditOutcome.Success, refreshToken.UserId, HowOf(client));
            }

            return TypedResults.Ok();
        }

        if (await presented.CheckAsync(token, cancellationToken) is not { } principal)
        {
            return TypedResults.Ok();
        }

        var tokenId = principal.FindFirstValue(AccessTokenClaims.TokenId)!;
        var isItself = http.User.FindFirstValue(AccessTokenClaims.TokenId) == tokenId;
        if (client is null && !isItself)
        {
            return request.InvalidClient(http);
        }

        if (client is not null && principal.ClientId() is { } holder && holder != client.Id)
        {
            return OAuthRequest.Refuse("unauthorized_client", "The token was issued to another client.");
        }

        await revoker.RevokeTokenAsync(tokenId, cancellationToken);
        await audit.RecordAsync(AuditActions.TokensRevoked, AuditOutcome.Success, principal.IsService() ? null : principal.UserId(), HowOf(client));
        return TypedResults.Ok();
    }

    private static string HowOf(AuthenticatedClient? client) => client is null ? "by its holder" : $"by client {client.Id}";
}
