using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using UserService.Administration;
using UserService.Audit;
using UserService.Http;
using UserService.Lockout;
using UserService.Passwords;
using UserService.Sessions;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>A second factor besides the password: codes of an authenticator app (RFC 6238), and recovery codes for whoever loses it.</summary>
internal static class TwoFactorApi
{
    public static void MapTwoFactorApi(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/v1/users").WithTags("Two-factor").WithRequestBodyLimit(BodyLimits.Json)
            .RequireUser().AddEndpointFilter<LiveSessionFilter>().ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        users.MapGet("/me/two-factor", GetAsync).WithName("GetTwoFactor").WithSummary("Tells whether the second factor is on, and how many recovery codes are left.");
        users.MapDelete("/{id}/two-factor", RemoveAsync).RequireAdmin().ProducesProblem(StatusCodes.Status409Conflict)
            .RequireFreshSignIn(FreshSignIn.IsAboutSomebodyElse).WithName("RemoveTwoFactor")
            .WithSummary("Turns somebody's second factor off and ends their sessions (administrators who signed in just now).");

        var me = users.MapGroup("/me/two-factor").ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        me.MapPost("", BeginAsync).WithName("BeginTwoFactor").WithSummary("Makes a secret for an authenticator app; it waits for its first code.");
        me.MapPost("/confirm", ConfirmAsync).WithName("ConfirmTwoFactor")
            .WithSummary("Turns the second factor on, gives ten recovery codes once, and ends the other sessions.");
        me.MapPost("/recovery-codes", ReplaceCodesAsync).WithName("ReplaceRecoveryCodes").WithSummary("Replaces the recovery codes.");
        me.MapDelete("", TurnOffAsync).WithName("TurnOffTwoFactor").WithSummary("Turns the second factor off and ends the other sessions.");
    }

    private static async Task<Results<Ok<TwoFactorResponse>, ProblemHttpResult>> GetAsync(ClaimsPrincipal caller, UserManager<User> users) =>
        await users.FindByIdAsync(caller.UserId()) is { } user
            ? TypedResults.Ok(new TwoFactorResponse(user.TwoFactorEnabled, await users.CountRecoveryCodesAsync(user)))
            : TwoFactorProblems.NoSuchUser();

    private static async Task<Results<Ok<BeginTwoFactorResponse>, ProblemHttpResult>> BeginAsync(
        BeginTwoFactorRequest request, [AsParameters] TwoFactorContext context, CancellationToken cancellationToken)
    {
        var (caller, users, settings, confirmation, http) = context;
        http.Response.NoStore();
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        if (await users.FindByIdAsync(caller.UserId()) is not { } user)
        {
            return TwoFactorProblems.NoSuchUser();
        }

        if (user.TwoFactorEnabled)
        {
            return TwoFactorProblems.AlreadyOn();
        }

        var confirmed = await confirmation.ConfirmAsync(
            user, new ProofRequest(request.CurrentPassword), AuditActions.TwoFactorTurnedOn, cancellationToken);
        return confirmed.Succeeded
            ? TypedResults.Ok(await settings.BeginAsync(user, cancellationToken))
            : IdentityProblems.Of(confirmed);
    }

    private static async Task<Results<Ok<RecoveryCodesResponse>, ProblemHttpResult>> ConfirmAsync(
        ConfirmTwoFactorRequest request, [AsParameters] TwoFactorContext context, Attempts attempts, CancellationToken cancellationToken)
    {
        var (caller, users, settings, _, http) = context;
        http.Response.NoStore();
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        if (await users.FindByIdAsync(caller.UserId()) is not { } user)
        {
            return TwoFactorProblems.NoSuchUser();
        }

        if (user.TwoFactorEnabled)
        {
            return TwoFactorProblems.AlreadyOn();
        }

        if (await settings.FindPendingAsync(user, cancellationToken) is not { } secret)
        {
            return TwoFactorProblems.NothingToConfirm();
        }

        // Counted: a borrowed access token must not guess its way to the recovery codes.
        var attempt = Attempt.OfSignedIn(user.Id);
        var (result, codes) = await attempts.MakeAsync(
            attempt, () => settings.TurnOnAsync(user, secret, request.Code!, caller.SessionId(), cancellationToken), cancellationToken);
        if (!result.Succeeded)
        {
            return IdentityProblems.Of(result);
        }

        await attempts.SucceedAsync(attempt, cancellationToken);

        // A code was shown from here: the first sign-in with one is no stranger's.
        await attempts.SucceedAsync(user, Device.Of(http, name: null), cancellationToken);
        return TypedResults.Ok(new RecoveryCodesResponse(codes));
    }

    private static async Task<Results<Ok<RecoveryCodesResponse>, ProblemHttpResult>> ReplaceCodesAsync(
        ChangeTwoFactorRequest request, [AsParameters] TwoFactorContext context, AuditTrail audit, CancellationToken cancellationToken)
    {
        context.Http.Response.NoStore();
        var (user, refusal) = await ProveAsync(request, context, AuditActions.RecoveryCodesReplaced, cancellationToken);
        if (user is null)
        {
            return refusal!;
        }

        var (result, codes) = await context.Settings.ReplaceCodesAsync(user);
        if (!result.Succeeded)
        {
            return IdentityProblems.Of(result);
        }

        await audit.RecordAsync(AuditActions.RecoveryCodesReplaced, AuditOutcome.Success, user.Id);
        return TypedResults.Ok(new RecoveryCodesResponse(codes));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> TurnOffAsync(
        [FromBody] ChangeTwoFactorRequest request, [AsParameters] TwoFactorContext context, CancellationToken cancellationToken)
    {
        var (user, refusal) = await ProveAsync(request, context, AuditActions.TwoFactorTurnedOff, cancellationToken);
        if (user is null)
        {
            return refusal!;
        }

        var result = await context.Settings.TurnOffAsync(user, context.Caller.SessionId(), cancellationToken);
        return result.Succeeded ? TypedResults.NoContent() : IdentityProblems.Of(result);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, ClaimsPrincipal caller, UserManager<User> users, TwoFactorSettings settings, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(id) is not { } user)
        {
            return TwoFactorProblems.NoSuchUser();
        }

        if (user.Id == caller.UserId())
        {
            // An administrator's borrowed access token must not be enough for that.
            return TwoFactorProblems.Own();
        }

        if (!user.TwoFactorEnabled)
        {
            return TypedResults.NoContent();
        }

        var result = await settings.TurnOffAsync(user, null, cancellationToken);
        return result.Succeeded ? TypedResults.NoContent() : IdentityProblems.Of(result);
    }

    /// <summary>The caller, if password and second factor are right; else the answer that says what is not.</summary>
    private static async Task<(User? User, ProblemHttpResult? Refusal)> ProveAsync(
        ChangeTwoFactorRequest request, TwoFactorContext context, string action, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return (null, errors.ToProblem());
        }

        if (await context.Users.FindByIdAsync(context.Caller.UserId()) is not { } user)
        {
            return (null, TwoFactorProblems.NoSuchUser());
        }

        if (!user.TwoFactorEnabled)
        {
            return (null, TwoFactorProblems.Off());
        }

        var confirmed = await context.Confirmation.ConfirmAsync(user, request.ToProof(), action, cancellationToken);
        return confirmed.Succeeded ? (user, null) : (null, IdentityProblems.Of(confirmed));
    }
}
