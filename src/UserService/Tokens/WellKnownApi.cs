using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;

namespace UserService.Tokens;

/// <summary>What others need to check this service's tokens.</summary>
internal static class WellKnownApi
{
    private const string JwksPath = "/.well-known/jwks.json";

    private static readonly TimeSpan LongestCaching = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MetadataLifetime = TimeSpan.FromMinutes(1);

    public static void MapWellKnownApi(this IEndpointRouteBuilder routes)
    {
        var wellKnown = routes.MapGroup("/.well-known").WithTags("Metadata").AllowAnonymous();
        wellKnown.MapGet("/jwks.json", KeysAsync).Produces<KeySetResponse>().Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("GetKeys").WithSummary("The public keys of access tokens (RFC 7517).");
        wellKnown.MapGet("/openid-configuration", Metadata).WithName("GetMetadata").WithSummary("The authorization server (RFC 8414).").CacheMetadata();
        wellKnown.MapGet("/oauth-authorization-server", Metadata).WithName("GetAuthorizationServerMetadata")
            .WithSummary("The authorization server (RFC 8414), under the standard's own name.").CacheMetadata();
    }

    private static async Task<FileContentHttpResult> KeysAsync(
        KeyRing ring, IOptions<TokenOptions> options, HttpContext http, CancellationToken cancellationToken)
    {
        var content = await ring.GetAllAsync(cancellationToken);
        var body = JsonSerializer.SerializeToUtf8Bytes(new KeySetResponse([.. content.Keys.Select(one => PublicKeyResponse.Of(one.Key))]), JsonDefaults.Options);

        // A copy is gone well before a key that it lacks signs.
        var age = options.Value.KeyPublishedBefore / 2;
        http.Response.Headers.CacheControl = CacheFor(age < LongestCaching ? age : LongestCaching);
        return TypedResults.Bytes(body, "application/json", entityTag: TagOf(body));
    }

    private static Ok<MetadataResponse> Metadata(IOptions<AuthOptions> auth, HttpContext http)
    {
        var issuer = auth.Value.Issuer;
        var root = issuer.TrimEnd('/');
        http.Response.Headers.CacheControl = CacheFor(LongestCaching);
        return TypedResults.Ok(new MetadataResponse
        {
            Issuer = issuer,
            JwksUri = root + JwksPath,
            TokenEndpoint = root + "/oauth/token",
            IntrospectionEndpoint = root + "/oauth/introspect",
            RevocationEndpoint = root + "/oauth/revoke",
            Scopes = Scopes.All,
        });
    }

    private static void CacheMetadata(this RouteHandlerBuilder endpoint) =>
        endpoint.CacheOutput(policy => policy.Expire(MetadataLifetime).SetVaryByQuery([]).SetVaryByHost(false));

    private static string CacheFor(TimeSpan age) => string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)age.TotalSeconds}");

    private static EntityTagHeaderValue TagOf(byte[] body) => new($"\"{Base64Url.EncodeToString(SHA256.HashData(body).AsSpan(0, 16))}\"");
}
