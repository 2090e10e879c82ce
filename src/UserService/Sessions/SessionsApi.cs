using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
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
    }

    private static async Task<Results<Ok<Page<SessionResponse>>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal caller, UserManager<User> users, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(caller.UserId()) is not { } user)
        {
            return NoSuchSession();
        }

        var current = caller.SessionId();
        var live = await sessions.ListAsync(user, cancellationToken);
        return TypedResults.Ok(new Page<SessionResponse>([.. live.Select(session => SessionResponse.Of(session, current))], null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        string id, ClaimsPrincipal caller, SessionStore sessions, CancellationToken cancellationToken) =>
        PlatformId.IsValid(id, Session.IdPrefix) && await sessions.EndAsync(caller.UserId(), id, cancellationToken)
            ? TypedResults.NoContent()
            : NoSuchSession();

    private static async Task<NoContent> EndOthersAsync(ClaimsPrincipal caller, SessionStore sessions, CancellationToken cancellationToken)
    {
        await sessions.EndOthersAsync(caller.UserId(), caller.SessionId(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult NoSuchSession() =>
        Problems.NotFound("session_not_found", "There is no such session", "List the live sessions with GET /v1/sessions.");
}
