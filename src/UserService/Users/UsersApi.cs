using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using UserService.Administration;
using UserService.Http;
using UserService.Passwords;
using UserService.Sessions;

namespace UserService.Users;

/// <summary>Accounts: everybody's own, and all of them for administrators. Other people's do not exist.</summary>
internal static class UsersApi
{
    private const int DefaultPage = 50;
    private const int LargestPage = 200;

    public static void MapUsersApi(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/v1/users").WithTags("Users").WithRequestBodyLimit(BodyLimits.Json)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        var signedIn = users.MapGroup("").RequireUser().AddEndpointFilter<LiveSessionFilter>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        signedIn.MapGet("", ListAsync).RequireAdmin().WithName("ListUsers").WithSummary("Lists all accounts in order of creation, or finds the one with exactly that e-mail address (administrators).");
        signedIn.MapGet("/{id}", GetAsync).WithName("GetUser").WithSummary("Reads an account; id may be me.");
        signedIn.MapPatch("/{id}", ChangeAsync).ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .RequireFreshSignIn(context => FreshSignIn.IsAboutSomebodyElse(context) && context.Arguments.OfType<ChangeUserRequest>().Any(change => change.Email is not null))
            .WithName("ChangeUser")
            .WithSummary("Changes what is given of an account; If-Match is honoured. 202: a new address is taken over once it is confirmed.");
        signedIn.MapDelete("/{id}", DeleteAsync).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesValidationProblem()
            .RequireFreshSignIn(FreshSignIn.IsAboutSomebodyElse).WithName("DeleteUser")
            .WithSummary("Deletes an account and ends its sessions; If-Match is honoured. Me: with the current password in the body; anyone: administrators who signed in just now.");
        signedIn.MapPut("/{id}/roles", ChangeRolesAsync).RequireAdmin().ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).RequireFreshSignIn().WithName("ChangeRoles")
            .WithSummary("Replaces the roles of an account; the last administrator stays one; If-Match is honoured (administrators who signed in just now).");
        signedIn.MapPut("/me/password", ChangePasswordAsync).ProducesValidationProblem().WithName("ChangePassword")
            .WithSummary("Changes the caller's password and ends all other sessions.");
    }

    private static async Task<Results<Ok<Page<UserResponse>>, ProblemHttpResult>> ListAsync(
        string? email, string? cursor, [Range(1, LargestPage), DefaultValue(DefaultPage)] int? limit, RedisUserStore store, UserManager<User> users, CancellationToken cancellationToken)
    {
        if (email is not null)
        {
            // Addresses are kept as HMACs, so nothing but the whole address can be looked for.
            var found = await users.FindByEmailAsync(email.Trim());
            return TypedResults.Ok(new Page<UserResponse>(found is null ? [] : [UserResponse.Of(found)], null));
        }

        if (cursor is not null && !PlatformId.IsValid(cursor, User.IdPrefix))
        {
            return Problems.BadRequest("invalid_cursor", "The cursor is not valid", "Send the nextCursor of the page before, or none.");
        }

        var size = Math.Clamp(limit ?? DefaultPage, 1, LargestPage);
        var page = await store.ListAsync(cursor, size, cancellationToken);
        return TypedResults.Ok(new Page<UserResponse>(
            [.. page.Select(UserResponse.Of)], page.Count == size ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> GetAsync(
        string id, ClaimsPrincipal caller, UserManager<User> users, HttpContext http)
    {
        if (await FindAsync(id, caller, users) is not { } user)
        {
            return NoSuchUser(caller, id);
        }

        http.Response.SetETag(user);
        return TypedResults.Ok(UserResponse.Of(user));
    }

    private static async Task<Results<Ok<UserResponse>, Accepted<UserResponse>, ProblemHttpResult>> ChangeAsync(
        string id, ChangeUserRequest request, [AsParameters] UserContext context, CancellationToken cancellationToken)
    {
        var (caller, users, accounts, http) = context;
        if (await FindAsync(id, caller, users) is not { } user)
        {
            return NoSuchUser(caller, id);
        }

        if (!http.Request.IfMatchHolds(user))
        {
            return Preconditions.Failed();
        }

        var result = await accounts.ChangeAsync(user, request, caller.UserId(), cancellationToken);
        if (!result.Succeeded)
        {
            return IdentityProblems.Of(result, http.Request.HasIfMatch());
        }

        http.Response.SetETag(user);
        var waits = request.Email is { } email && email.Trim() != user.Email;
        return waits ? TypedResults.Accepted((string?)null, UserResponse.Waiting(user)) : TypedResults.Ok(UserResponse.Of(user));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] ProofRequest? request, [AsParameters] UserContext context,
        CancellationToken cancellationToken)
    {
        var (caller, users, accounts, http) = context;
        if (await FindAsync(id, caller, users) is not { } user)
        {
            return NoSuchUser(caller, id);
        }

        if (!http.Request.IfMatchHolds(user))
        {
            return Preconditions.Failed();
        }

        var proof = user.Id == caller.UserId() ? request ?? ProofRequest.None : null;
        var result = await accounts.DeleteAsync(user, proof, cancellationToken);
        return result.Succeeded ? TypedResults.NoContent() : IdentityProblems.Of(result, http.Request.HasIfMatch());
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> ChangeRolesAsync(
        string id, ChangeRolesRequest request, [AsParameters] UserContext context, AccountRoles roles, CancellationToken cancellationToken)
    {
        var (caller, users, _, http) = context;
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        if (await FindAsync(id, caller, users) is not { } user)
        {
            return NoSuchUser(caller, id);
        }

        if (!http.Request.IfMatchHolds(user))
        {
            return Preconditions.Failed();
        }

        var result = await roles.SetAsync(user, request.Roles!, cancellationToken);
        if (!result.Succeeded)
        {
            return IdentityProblems.Of(result, http.Request.HasIfMatch());
        }

        http.Response.SetETag(user);
        return TypedResults.Ok(UserResponse.Of(user));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePasswordAsync(
        ChangePasswordRequest request, [AsParameters] UserContext context, CancellationToken cancellationToken)
    {
        var (caller, users, accounts, _) = context;
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        if (await users.FindByIdAsync(caller.UserId()) is not { } user)
        {
            return NoSuchUser(caller, "me");
        }

        var result = await accounts.ChangePasswordAsync(
            user, caller.SessionId(), request, cancellationToken);
        return result.Succeeded ? TypedResults.NoContent() : IdentityProblems.Of(result, newPassword: "newPassword");
    }

    /// <summary>Null for accounts that do not exist and, with no difference to be seen, for those that are none of the caller's business.</summary>
    private static async Task<User?> FindAsync(string id, ClaimsPrincipal caller, UserManager<User> users)
    {
        var own = caller.UserId();
        var wanted = id == "me" ? own : id;
        return wanted == own || caller.IsAdmin() ? await users.FindByIdAsync(wanted) : null;
    }

    /// <param name="id">What was asked for, as it came.</param>
    public static ProblemHttpResult NoSuchUser(ClaimsPrincipal caller, string id) => Problems.NotFound(
        "user_not_found", "There is no such account",
        id == "me" ? "It was deleted meanwhile."
            : !caller.IsAdmin() ? "Use me, or the id of your own account."
            : PlatformId.IsValid(id, User.IdPrefix) ? $"Nobody has the id {id}. Find accounts with GET /v1/users, or one by its address with GET /v1/users?email=."
            : "This is not the id of an account (usr_ and 26 characters). Find accounts with GET /v1/users, or one by its address with GET /v1/users?email=.");
}
