using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using UserService.Audit;
using UserService.Http;
using UserService.Passwords;
using UserService.TwoFactor;

namespace UserService.Sessions;

/// <summary>Signing in, staying signed in, signing out.</summary>
internal static class AuthApi
{
    public static void MapAuthApi(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/v1/auth").WithTags("Authentication").WithRequestBodyLimit(BodyLimits.Json)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        auth.MapPost("/login", LoginAsync).AllowAnonymous().RequireRateLimiting(RateLimitPolicies.SignIn)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict).WithName("Login")
            .WithSummary("Signs a person in: a session, an access token and a refresh token; or 403 second_factor_required with a ticket.");
        auth.MapPost("/login/second-factor", ContinueAsync).AllowAnonymous().RequireRateLimiting(RateLimitPolicies.SignIn)
            .ProducesValidationProblem().WithName("LoginSecondFactor")
            .WithSummary("Finishes a sign-in that asked for a second factor: ticket and code, or ticket and recovery code.");
        auth.MapPost("/refresh", RefreshAsync).AllowAnonymous().ProducesValidationProblem().WithName("Refresh")
            .WithSummary("Exchanges a refresh token for new tokens. Each is good once; using one again later ends its session.");
        auth.MapPost("/logout", LogoutAsync).RequireUser().WithName("Logout")
            .WithSummary("Ends the session that asks.");
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemHttpResult>> LoginAsync(
        LoginRequest request, SignIn signIn, HttpContext http, CancellationToken cancellationToken)
    {
        http.Response.NoStore();
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        var answer = AccountPasswords.IsPossible(request.Password!)
            ? await signIn.WithPasswordAsync(request, Device.Of(http, request.DeviceName), cancellationToken)
            : null;
        return answer switch
        {
            { Tokens: { } tokens } => TypedResults.Ok(tokens),
            { Ticket: { } ticket } => TwoFactorProblems.Required(ticket, codeRefused: request.Code is not null),
            _ => Problems.Unauthorized(
                "invalid_credentials", "The sign-in was refused",
                "Check the e-mail address (or user name) and the password. After several failures each further attempt has to wait longer."),
        };
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemHttpResult>> ContinueAsync(
        SecondFactorRequest request, SecondFactorSignIn signIn, HttpContext http, CancellationToken cancellationToken)
    {
        http.Response.NoStore();
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        var answer = await signIn.ContinueAsync(request, Device.Of(http, null), cancellationToken);
        return answer.Tokens is { } tokens ? TypedResults.Ok(tokens) : TwoFactorProblems.Of(answer.Refusal);
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemHttpResult>> RefreshAsync(
        RefreshRequest request, SignIn signIn, HttpContext http, CancellationToken cancellationToken)
    {
        http.Response.NoStore();
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        return await signIn.RefreshAsync(request.RefreshToken, cancellationToken) is { } tokens
            ? TypedResults.Ok(tokens)
            : Problems.Unauthorized("invalid_refresh_token", "The refresh token is not valid", "Sign in again.");
    }

    private static async Task<NoContent> LogoutAsync(
        ClaimsPrincipal caller, SessionStore sessions, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (await sessions.EndAsync(caller.UserId(), caller.SessionId(), cancellationToken))
        {
            await audit.RecordAsync(AuditActions.SessionEnded, AuditOutcome.Success, caller.UserId(), caller.SessionId());
        }

        return TypedResults.NoContent();
    }
}
