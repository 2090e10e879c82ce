using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Http;
using UserService.Http;
using UserService.Mail;
using UserService.OneUse;
using UserService.Sessions;
using UserService.Users;

namespace UserService.PasswordResets;

/// <summary>Forgotten passwords.</summary>
internal static class PasswordResetApi
{
    public static void MapPasswordResetApi(this IEndpointRouteBuilder routes)
    {
        var resets = routes.MapGroup("/v1/auth/password-reset").WithTags("Authentication").WithRequestBodyLimit(BodyLimits.Json).AllowAnonymous()
            .RequireRateLimiting(RateLimitPolicies.Mail).ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        resets.MapPost("", RequestAsync).WithName("RequestPasswordReset")
            .WithSummary("Sends an e-mail to reset a password with. The answer is the same whether there is such an account or not.");
        resets.MapPost("/confirm", ConfirmAsync).WithName("ConfirmPasswordReset")
            .WithSummary("Sets a new password, with the token from the e-mail, and ends all sessions.");
    }

    private static async Task<Results<Accepted<MailOnItsWayResponse>, ProblemHttpResult>> RequestAsync(
        PasswordResetRequest request, PasswordResetter resetter, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        await resetter.RequestAsync(request.Email!.Trim(), cancellationToken);
        return MailOnItsWayResponse.Accepted();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ConfirmAsync(
        ConfirmPasswordResetRequest request, PasswordResetter resetter, HttpContext http, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        return await resetter.ConfirmAsync(request.Token!, request.NewPassword!, Device.Of(http, name: null), cancellationToken) switch
        {
            null => OneUseProblems.InvalidToken(),
            { Succeeded: true } => TypedResults.NoContent(),
            var result => IdentityProblems.Of(result, newPassword: "newPassword"),
        };
    }
}
