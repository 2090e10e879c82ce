using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Tokens;

/// <summary>What others need to check this service's tokens.</summary>
internal static class WellKnownApi
{
    private const string JwksPath = "/.well-known/jwks.json";

    // Services ask again at once for a key that they do not know, so a cached copy never delays a new key.
    private const string Cacheable = "public, max-age=300";

    private static readonly TimeSpan MetadataLifetime = TimeSpan.FromMinutes(1);

    public static void MapWellKnownApi(this IEndpointRouteBuilder routes)
    {
        var wellKnown = routes.MapGroup("").WithTags("Metadata").AllowAnonymous();
        wellKnown.MapGet(JwksPath, KeysAsync).WithName("GetKeys").WithSummary("The public keys of access tokens (RFC 7517).");
        wellKnown.MapGet("/.well-known/openid-configuration", Metadata).WithName("GetMetadata").WithSummary("The authorization server (RFC 8414).")
            .CacheOutput(policy => policy.Expire(MetadataLifetime).SetVaryByQuery([]).SetVaryByHost(false));
    }

    private static async Task<Ok<KeySetResponse>> KeysAsync(KeyRing ring, HttpContext http, CancellationToken cancellationToken)
    {
        var keys = await ring.GetAllAsync(cancellationToken);
        http.Response.Headers.CacheControl = Cacheable;
        return TypedResults.Ok(new KeySetResponse([.. keys.Select(PublicKeyResponse.Of)]));
    }

    private static Ok<MetadataResponse> Metadata(IOptions<AuthOptions> auth, HttpContext http)
    {
        var issuer = auth.Value.Issuer;
        var root = issuer.TrimEnd('/');
        http.Response.Headers.CacheControl = Cacheable;
        return TypedResults.Ok(new MetadataResponse
        {
            Issuer = issuer,
            JwksUri = root + JwksPath,
            TokenEndpoint = root + "/oauth/token",
            Scopes = [Scopes.User, Scopes.SendNotifications, Scopes.Pseudonymize, Scopes.Restore],
        });
    }
}
