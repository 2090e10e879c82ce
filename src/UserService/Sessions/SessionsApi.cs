using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using UserService.Audit;
using UserService.Users;

namespace UserService.Sessions;

/// <summary>My devices: see them, sign one out, sign all others out.</summary>
internal static class SessionsApi
{
    public static void MapSessionsApi(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/v1/sessions").WithTags("Sessions").RequireUser().AddEndpointFilter<LiveSessionFilter>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        sessions.MapGet("", ListAsync).WithName("ListSessions").WithSummary("Lists the caller's live sessions, the one seen last first.");
        sessions.MapDelete("/{id}", EndAsync).ProducesProblem(StatusCodes.Status404NotFound).WithName("EndSession").WithSummary("Ends one of the caller's sessions.");
        sessions.MapDelete("", EndOthersAsync).WithName("EndOtherSessions").WithSummary("Ends all of the caller's sessions but the one that asks.");

        var anybodys = routes.MapGroup("/v1/users/{userId}/sessions").WithTags("Sessions").RequireAdmin().AddEndpointFilter<LiveSessionFilter>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        anybodys.MapGet("", ListOfAsync).WithName("ListSessionsOfUser").WithSummary("Lists the live sessions of a person (administrators).");
        anybodys.MapDelete("/{id}", EndOfAsync).WithName("EndSessionOfUser").WithSummary("Ends one session of a person (administrators).");
        anybodys.MapDelete("", EndAllOfAsync).WithName("EndSessionsOfUser").WithSummary("Ends all sessions of a person (administrators).");
    }

    private static Task<Results<Ok<Page<SessionResponse>>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal caller, UserManager<User> users, SessionStore sessions, CancellationToken cancellationToken) =>
        ListOfAsync(caller.UserId(), caller, users, sessions, cancellationToken);

    private static async Task<Results<Ok<Page<SessionResponse>>, ProblemHttpResult>> ListOfAsync(
        string userId, ClaimsPrincipal caller, UserManager<User> users, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(userId) is not { } user)
        {
            return UsersApi.NoSuchUser(caller, userId);
        }

        var current = caller.SessionId();
        var live = await sessions.ListAsync(user, cancellationToken);
        return TypedResults.Ok(new Page<SessionResponse>([.. live.Select(session => SessionResponse.Of(session, current))], null));
    }

    private static Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        string id, ClaimsPrincipal caller, SessionStore sessions, AuditTrail audit, CancellationToken cancellationToken) =>
        EndOfAsync(caller.UserId(), id, caller, sessions, audit, cancellationToken);

    private static async Task<Results<NoContent, ProblemHttpResult>> EndOfAsync(
        string userId, string id, ClaimsPrincipal caller, SessionStore sessions, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (!PlatformId.IsValid(userId, User.IdPrefix) || !PlatformId.IsValid(id, Session.IdPrefix)
            || !await sessions.EndAsync(userId, id, cancellationToken))
        {
            return NoSuchSession(caller, userId);
        }

        await audit.RecordAsync(AuditActions.SessionEnded, AuditOutcome.Success, userId, id);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndOthersAsync(
        ClaimsPrincipal caller, SessionStore sessions, AuditTrail audit, CancellationToken cancellationToken)
    {
        await sessions.EndOthersAsync(caller.UserId(), caller.SessionId(), cancellationToken);
        await audit.RecordAsync(AuditActions.SessionsEnded, AuditOutcome.Success, caller.UserId(), "all others");
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAllOfAsync(
        string userId, ClaimsPrincipal caller, UserManager<User> users, SessionStore sessions, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(userId) is null)
        {
            return UsersApi.NoSuchUser(caller, userId);
        }

        await sessions.EndAllAsync(userId, cancellationToken);
        await audit.RecordAsync(AuditActions.SessionsEnded, AuditOutcome.Success, userId, "all");
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult NoSuchSession(ClaimsPrincipal caller, string userId) => Problems.NotFound(
        "session_not_found", "There is no such session",
        userId == caller.UserId() ? "It may have ended. List your live sessions with GET /v1/sessions."
            : !PlatformId.IsValid(userId, User.IdPrefix) ? "The first id is not one of an account (usr_ and 26 characters)."
            : $"It may have ended, or be somebody else's. List the live sessions of that account with GET /v1/users/{userId}/sessions.");
}
