using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using UserService.Administration;
using UserService.Audit;
using UserService.Http;
using UserService.Sessions;

namespace UserService.Tokens;

/// <summary>The key ring, for administrators.</summary>
internal static class SigningKeysApi
{
    public static void MapSigningKeysApi(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/v1/signing-keys").WithTags("Signing keys").RequireAdmin().AddEndpointFilter<LiveSessionFilter>()
            .WithRequestBodyLimit(BodyLimits.Json)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        keys.MapGet("", ListAsync).WithName("ListSigningKeys").WithSummary("The key ring: the active key, the next, and those that are retired (administrators).");
        keys.MapPost("/rotate", RotateAsync).ProducesProblem(StatusCodes.Status409Conflict).RequireFreshSignIn().WithName("RotateSigningKeys")
            .WithSummary("Has the next key sign from now on; with leaked, withdraws all keys and voids every access token (administrators who signed in just now).");
    }

    private static async Task<Ok<Page<SigningKeyResponse>>> ListAsync(
        KeyRing ring, KeyRingStore store, IOptions<TokenOptions> options, CancellationToken cancellationToken) =>
        TypedResults.Ok(PageOf(await ring.TurnAsync(KeyRingTurn.Turn, cancellationToken), store, options.Value));

    private static async Task<Results<Ok<Page<SigningKeyResponse>>, ProblemHttpResult>> RotateAsync(
        RotateRequest? request, KeyRing ring, KeyRingStore store, KeyWithdrawal withdrawal, IOptions<TokenOptions> options, AuditTrail audit, HttpContext http,
        CancellationToken cancellationToken)
    {
        if (request?.Leaked == true)
        {
            var renewed = await withdrawal.WithdrawAllAsync(cancellationToken);
            await audit.RecordAsync(AuditActions.SigningKeysWithdrawn, AuditOutcome.Success, userId: null);
            return TypedResults.Ok(PageOf(renewed, store, options.Value));
        }

        var content = await ring.TurnAsync(KeyRingTurn.Rotate, cancellationToken);
        if (content.Rotated)
        {
            await audit.RecordAsync(AuditActions.SigningKeysRotated, AuditOutcome.Success, userId: null);
            return TypedResults.Ok(PageOf(content, store, options.Value));
        }

        // Also for the second of two who rotate at once: there is one new key, and it signs.
        http.Response.Headers.RetryAfter = Math.Ceiling(content.NextMaySignIn.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        return Problems.Conflict(
            "next_key_too_young", "The next key is not known everywhere yet",
            "A key is published for a while before it signs. Look at GET /v1/signing-keys: perhaps the keys were rotated just now; otherwise repeat this after signsFrom.");
    }

    private static Page<SigningKeyResponse> PageOf(KeyRingContent content, KeyRingStore store, TokenOptions options) => new(
        [.. content.Keys.Select(key => SigningKeyResponse.Of(key, options.KeyPublishedBefore, store.RetiredStays))], null);
}
