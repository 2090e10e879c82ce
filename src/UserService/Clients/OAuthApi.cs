using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Http;
using UserService.Http;
using UserService.Tokens;

namespace UserService.Clients;

/// <summary>
/// Tokens for services: the client-credentials grant (RFC 6749, section 4.4), what a token is worth (RFC 7662), and its end before its time
/// (RFC 7009).
/// </summary>
internal static class OAuthApi
{
    private const string FormType = "application/x-www-form-urlencoded";

    public static void MapOAuthApi(this IEndpointRouteBuilder routes)
    {
        var oauth = routes.MapGroup("/oauth").WithTags("Clients").AllowAnonymous().WithRequestBodyLimit(BodyLimits.Json);
        oauth.MapPost("/token", TokenAsync).Accepts<ClientTokenForm>(FormType).DescribesClients().RequireRateLimiting(RateLimitPolicies.SignIn)
            .WithName("IssueClientToken").WithSummary("Issues an access token to a service (client_credentials; Basic or form credentials).");
        oauth.MapPost("/introspect", TokenIntrospection.HandleAsync).Accepts<PresentedTokenForm>(FormType).DescribesClients(orBearer: true)
            .Produces<IntrospectionResponse>().Produces<OAuthErrorResponse>(StatusCodes.Status403Forbidden)
            .WithName("IntrospectToken").WithSummary("Tells what an access or refresh token is worth (RFC 7662; clients and tokens with tokens:introspect).");
        oauth.MapPost("/revoke", TokenRevocation.HandleAsync).Accepts<PresentedTokenForm>(FormType).DescribesClients(orBearer: true).RequireRateLimiting(RateLimitPolicies.TokenRevocation)
            .WithName("RevokeToken").WithSummary("Ends a token: a refresh token with its session, an access token alone (RFC 7009).");
    }

    private static async Task<Results<Ok<ClientTokenResponse>, JsonHttpResult<OAuthErrorResponse>>> TokenAsync(
        HttpContext http, ClientRegistry clients, AccessTokens accessTokens, CancellationToken cancellationToken)
    {
        var request = await OAuthRequest.ReadAsync(http, ["grant_type", "scope"], cancellationToken);
        if (request.Error is { } error)
        {
            return error;
        }

        if (request.Authenticate(clients) is not { } client)
        {
            return request.InvalidClient(http);
        }

        if (request["grant_type"] is not "client_credentials" and var grant)
        {
            return grant.Length == 0
                ? OAuthRequest.Refuse("invalid_request", "Send grant_type=client_credentials.")
                : OAuthRequest.Refuse("unsupported_grant_type", "Only client_credentials is supported.");
        }

        var asked = request["scope"].Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToArray();
        if (asked.Except(client.Scopes, StringComparer.Ordinal).Any())
        {
            return OAuthRequest.Refuse("invalid_scope", "The client may not have one of the scopes that it asks for.");
        }

        var scope = string.Join(' ', asked.Length > 0 ? asked : client.Scopes);
        var token = await accessTokens.IssueForClientAsync(client.Id, scope, cancellationToken);
        return TypedResults.Ok(new ClientTokenResponse(token, "Bearer", accessTokens.LifetimeSeconds, scope));
    }
}
