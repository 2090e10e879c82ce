using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using UserService.Http;
using UserService.Mail;
using UserService.OneUse;
using UserService.Sessions;
using UserService.Users;

namespace UserService.EmailConfirmations;

/// <summary>Showing that an address is one's own.</summary>
internal static class EmailConfirmationApi
{
    public static void MapEmailConfirmationApi(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/v1/users").WithTags("Users").WithRequestBodyLimit(BodyLimits.Json).RequireRateLimiting(RateLimitPolicies.Mail)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        users.MapPost("/me/email-confirmation", RequestAsync).RequireUser().AddEndpointFilter<LiveSessionFilter>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).WithName("RequestEmailConfirmation")
            .WithSummary("Sends (again) an e-mail to confirm the address of the caller's account with; 204 when it is confirmed already.");
        users.MapPost("/email-confirmation/confirm", ConfirmAsync).AllowAnonymous().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("ConfirmEmail").WithSummary("Confirms an address, with the token from the e-mail; a new one becomes the account's.");
    }

    private static async Task<Results<Accepted<MailOnItsWayResponse>, NoContent, ProblemHttpResult>> RequestAsync(
        ClaimsPrincipal caller, UserManager<User> users, EmailConfirmer confirmer, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(caller.UserId()) is not { } user)
        {
            return Problems.NotFound("user_not_found", "There is no such account", "It was deleted meanwhile.");
        }

        if (user.EmailConfirmed)
        {
            return TypedResults.NoContent();
        }

        await confirmer.RequestAsync(user, user.Email!, user.Id, cancellationToken);
        return MailOnItsWayResponse.Accepted();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ConfirmAsync(
        OneUseTokenRequest request, EmailConfirmer confirmer, CancellationToken cancellationToken) =>
        await confirmer.ConfirmAsync(request.Token, cancellationToken) ? TypedResults.NoContent() : OneUseProblems.InvalidToken();
}
