using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.Contracts.Revocations;
using Platform.Redis.Events;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using Platform.ServiceDefaults.Revocations;
using UserService.Audit;
using UserService.Http;
using UserService.Sessions;

namespace UserService.Revocations;

/// <summary>Revoking by hand, and the feed that the other services follow.</summary>
internal static class RevocationsApi
{
    private const double LongestWaitSeconds = 20;

    public static void MapRevocationsApi(this IEndpointRouteBuilder routes)
    {
        var revocations = routes.MapGroup("/v1/revocations").WithTags("Revocations").WithRequestBodyLimit(BodyLimits.Json)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        revocations.MapPost("", RevokeAsync).RequireAdmin().AddEndpointFilter<LiveSessionFilter>().ProducesValidationProblem()
            .WithName("Revoke").WithSummary("Revokes a token, a session, a person's tokens or everybody's (administrators).");
        revocations.MapGet("", ReadAsync).RequireScope(Scopes.ReadRevocations)
            .Produces<RevocationsResponse>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("ReadRevocations").WithSummary("What was revoked after a place of the feed; waits up to 20 s for news (services).");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        RevokeRequest request, Revoker revoker, SessionStore sessions, AuditTrail audit, ILogger<Revoker> logger, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        if (request.TokenId is { } tokenId)
        {
            await revoker.RevokeTokenAsync(tokenId, cancellationToken);
        }
        else if (request.SessionId is { } sessionId)
        {
            // Revoked in every case: whoever names the wrong person, or a session that has ended, still means these tokens.
            await revoker.RevokeSessionsAsync([sessionId], cancellationToken);
            if (request.UserId is { } owner)
            {
                await sessions.EndAsync(owner, sessionId, cancellationToken);
            }
        }
        else if (request.UserId is { } userId)
        {
            await sessions.EndAllAsync(userId, cancellationToken);
        }
        else
        {
            await revoker.RevokeEverybodyAsync(cancellationToken);
            logger.EverybodyRevoked();
        }

        await audit.RecordAsync(
            AuditActions.TokensRevoked, AuditOutcome.Success, request.UserId, request.TokenId ?? request.SessionId ?? (request.UserId is null ? "everybody" : "user"));
        return TypedResults.NoContent();
    }

    private static async Task<Results<JsonHttpResult<RevocationsResponse>, ProblemHttpResult>> ReadAsync(
        string? after, double? wait, RevocationFeed feed, CancellationToken cancellationToken)
    {
        if (after is { Length: > 0 } && !EventPosition.TryParse(after, out _))
        {
            return Problems.BadRequest("invalid_position", "The position is not valid", "Send the position of the page before, or none.");
        }

        var page = await feed.ReadAsync(after is "" ? null : after, TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, LongestWaitSeconds)), cancellationToken);
        return TypedResults.Json(
            new RevocationsResponse(page.Position, page.More, page.Restarted, [.. page.Items.Select(Of)]), RevocationsResponse.Json);
    }

    private static RevocationResponse Of(Revocation revocation) => new(
        revocation.Kind.ToString().ToLowerInvariant(),
        revocation.Digest.ToString("x16", CultureInfo.InvariantCulture),
        revocation.Epoch == RevocationEpoch.Never ? null : RevocationEpoch.ToClaim(revocation.Epoch),
        revocation.Until);
}
