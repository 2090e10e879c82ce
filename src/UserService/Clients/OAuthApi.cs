using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Http;
using UserService.Http;
using UserService.Tokens;

namespace UserService.Clients;

/// <summary>Tokens for services: the client-credentials grant (RFC 6749, section 4.4).</summary>
internal static class OAuthApi
{
    private static readonly string[] Parameters = ["grant_type", "scope", "client_id", "client_secret"];

    public static void MapOAuthApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/oauth/token", TokenAsync).AllowAnonymous().WithTags("Clients").WithRequestBodyLimit(BodyLimits.Json)
            .WithName("IssueClientToken").WithSummary("Issues an access token to a service (client_credentials; Basic or form credentials).")
            .Accepts<IFormCollection>("application/x-www-form-urlencoded")
            .Produces<OAuthErrorResponse>(StatusCodes.Status400BadRequest).Produces<OAuthErrorResponse>(StatusCodes.Status401Unauthorized);

    private static async Task<Results<Ok<ClientTokenResponse>, JsonHttpResult<OAuthErrorResponse>>> TokenAsync(
        HttpContext http, ClientRegistry clients, AccessTokens accessTokens, CancellationToken cancellationToken)
    {
        http.Response.NoStore();
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Error("invalid_request", "Send the parameters as application/x-www-form-urlencoded.");
        }

        var form = await http.Request.ReadFormAsync(cancellationToken);
        if (Parameters.FirstOrDefault(name => form[name].Count > 1) is { } repeated)
        {
            return Error("invalid_request", $"Send {repeated} once.");
        }

        var header = http.Request.Headers.Authorization.ToString();
        var basic = header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);
        if (basic && form.ContainsKey("client_secret"))
        {
            return Error("invalid_request", "Send the client's credentials in one way only: Basic authentication or form.");
        }

        var credentials = basic
            ? ClientCredentials.FromBasic(header)
            : new ClientCredentials(form["client_id"].ToString(), form["client_secret"].ToString());
        if (credentials is not { } presented || clients.Authenticate(presented.ClientId, presented.Secret) is not { } allowed)
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"platform\", charset=\"UTF-8\"";
            return Error("invalid_client", "The client id or secret is wrong.", StatusCodes.Status401Unauthorized);
        }

        if (form["grant_type"].ToString() is not "client_credentials" and var grant)
        {
            return grant.Length == 0
                ? Error("invalid_request", "Send grant_type=client_credentials.")
                : Error("unsupported_grant_type", "Only client_credentials is supported.");
        }

        var asked = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToArray();
        if (asked.Except(allowed, StringComparer.Ordinal).Any())
        {
            return Error("invalid_scope", "The client may not have one of the scopes that it asks for.");
        }

        var scope = string.Join(' ', asked.Length > 0 ? asked : allowed);
        var token = await accessTokens.IssueForClientAsync(presented.ClientId, scope, cancellationToken);
        return TypedResults.Ok(new ClientTokenResponse(token, "Bearer", accessTokens.LifetimeSeconds, scope));
    }

    private static JsonHttpResult<OAuthErrorResponse> Error(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        TypedResults.Json(new OAuthErrorResponse(error, description), statusCode: status);
}
