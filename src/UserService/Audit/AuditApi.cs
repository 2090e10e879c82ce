using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using UserService.Sessions;
using UserService.Users;

namespace UserService.Audit;

/// <summary>What happened: to oneself for everybody, to anybody for administrators.</summary>
internal static class AuditApi
{
    public static void MapAuditApi(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("").WithTags("Audit").RequireUser().AddEndpointFilter<LiveSessionFilter>()
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        audit.MapGet("/v1/users/me/audit", OwnAsync).DescribesFilter().WithName("ListOwnAuditEvents")
            .WithSummary("What happened to the caller's account, the newest first.");
        audit.MapGet("/v1/audit", AllAsync).RequireAdmin().DescribesFilter().WithName("ListAuditEvents")
            .WithSummary("What happened to all accounts, or to one, the newest first (administrators).");
    }

    private static async Task<Results<Ok<Page<AuditEventResponse>>, ProblemHttpResult>> OwnAsync(
        [AsParameters] AuditFilter filter, ClaimsPrincipal caller, AuditReader audit, CancellationToken cancellationToken) =>
        filter.Check() is { } problem ? problem : TypedResults.Ok(await audit.OfPersonAsync(caller.UserId(), filter, cancellationToken));

    private static async Task<Results<Ok<Page<AuditEventResponse>>, ProblemHttpResult>> AllAsync(
        string? userId, [AsParameters] AuditFilter filter, AuditReader audit, CancellationToken cancellationToken)
    {
        if (filter.Check() is { } problem)
        {
            return problem;
        }

        if (userId is null)
        {
            return TypedResults.Ok(await audit.OfAllAsync(filter, cancellationToken));
        }

        return PlatformId.IsValid(userId, User.IdPrefix)
            ? TypedResults.Ok(await audit.OfPersonAsync(userId, filter, cancellationToken))
            : Problems.BadRequest("invalid_user_id", "The id is not one of an account", "Send userId=usr_…, or none for all accounts.");
    }
}
