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
using UserService.Audit;
using UserService.Http;
using UserService.Passwords;
using UserService.Sessions;
using UserService.Users;

namespace UserService.Erasure;

/// <summary>Erasing a person everywhere, and the receipt for it.</summary>
internal static class ErasureApi
{
    /// <summary>So long the caller is kept waiting for an answer that says all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapErasureApi(this IEndpointRouteBuilder routes)
    {
        var erasure = routes.MapGroup("/v1").WithTags("Erasure").WithRequestBodyLimit(BodyLimits.Json)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        erasure.MapDelete("/users/{id}/data", EraseAsync).RequireUser().AddEndpointFilter<LiveSessionFilter>().ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status409Conflict)
            .RequireFreshSignIn(FreshSignIn.IsAboutSomebodyElse).WithName("ErasePersonalData")
            .WithSummary("Erases everything about a person in all services. Me: with the current password in the body; anyone: administrators who signed in just now.");

        // Whoever was erased cannot sign in to read it, so the id alone opens it: 128 bits that cannot be found out from anything else.
        erasure.MapGet("/erasures/{id}", GetAsync).AllowAnonymous()
            .WithName("GetErasure").WithSummary("The receipt of an erasure, for 30 days after it was done.");
    }

    private static async Task<Results<Ok<ErasureReceipt>, Accepted<ErasureReceipt>, ProblemHttpResult>> EraseAsync(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] ProofRequest? request, ClaimsPrincipal caller, UserManager<User> users,
        PasswordConfirmation confirmation, AccountRoles roles, ErasureStore erasures, ErasureWorker worker, AuditTrail audit, HttpResponse response,
        CancellationToken cancellationToken)
    {
        var own = caller.UserId();
        var userId = id == "me" ? own : id;
        if (!PlatformId.IsValid(userId, User.IdPrefix) || (userId != own && !caller.IsAdmin()))
        {
            return UsersApi.NoSuchUser(caller, id);
        }

        // Somebody whose account is gone already may have left something elsewhere: that is erased too.
        var erasureId = erasures.IdOf(userId);
        if (await erasures.FindAsync(erasureId, cancellationToken) is null && await users.FindByIdAsync(userId) is { } user)
        {
            if (userId == own && await confirmation.ConfirmAsync(
                user, request ?? ProofRequest.None, AuditActions.AccountErased, cancellationToken) is { Succeeded: false } wrong)
            {
                return IdentityProblems.Of(wrong);
            }

            if (!await roles.MayGoAsync(user, cancellationToken))
            {
                await audit.RecordAsync(AuditActions.AccountErased, AuditOutcome.Refused, userId, "last administrator");
                return IdentityProblems.Of(IdentityResult.Failed(AccountRoles.LastAdministrator));
            }
        }

        // The caller may be gone before this has an answer; what was begun goes on, and is written down.
        if (await erasures.BeginAsync(userId, CancellationToken.None))
        {
            // Now, because from where it was asked for goes with the person.
            await audit.RecordAsync(AuditActions.AccountErased, AuditOutcome.Success, userId, erasureId);
        }

        await worker.TryAsync(erasureId, Patience);

        response.NoStore();
        var receipt = await erasures.FindAsync(erasureId, cancellationToken)
            ?? throw new InvalidOperationException("An erasure that was begun is gone.");
        if (receipt.IsDone)
        {
            return TypedResults.Ok(receipt);
        }

        response.Headers.RetryAfter = "2";
        return TypedResults.Accepted($"/v1/erasures/{erasureId}", receipt);
    }

    private static async Task<Results<Ok<ErasureReceipt>, ProblemHttpResult>> GetAsync(
        string id, ErasureStore erasures, HttpResponse response, CancellationToken cancellationToken)
    {
        response.NoStore();
        return await erasures.FindAsync(id, cancellationToken) is { } receipt
            ? TypedResults.Ok(receipt)
            : Problems.NotFound(
                "erasure_not_found", "There is no such erasure", "Use the id from the answer that began it; a receipt is kept for 30 days.");
    }
}
