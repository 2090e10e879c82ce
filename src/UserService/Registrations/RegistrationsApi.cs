using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Http;
using UserService.Http;
using UserService.Mail;
using UserService.OneUse;
using UserService.Sessions;
using UserService.Users;

namespace UserService.Registrations;

/// <summary>Getting an account: at once, or once the address is confirmed, as <see cref="RegistrationOptions"/> say.</summary>
internal static class RegistrationsApi
{
    public static void MapRegistrationsApi(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/v1/users").WithTags("Users").WithRequestBodyLimit(BodyLimits.Json).AllowAnonymous()
            .RequireRateLimiting(RateLimitPolicies.SignIn)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        users.MapPost("", RegisterAsync).ProducesValidationProblem().WithName("RegisterUser")
            .WithSummary("Creates an account (201); or, where addresses are confirmed, sends an e-mail to finish with (202, whether the address is taken or not).");
        users.MapPost("/confirm", ConfirmAsync).ProducesValidationProblem().ProducesProblem(StatusCodes.Status429TooManyRequests).WithName("ConfirmRegistration")
            .WithSummary("Creates the account that was registered, with the token from the e-mail and the password that it was registered with.");
    }

    private static async Task<Results<Created<UserResponse>, Accepted<MailOnItsWayResponse>, ProblemHttpResult>> RegisterAsync(
        RegisterRequest request, Accounts accounts, Registrar registrar, IOptions<RegistrationOptions> options, HttpContext http,
        CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        var user = new User { Email = request.Email!.Trim(), DisplayName = NullIfEmpty(request.DisplayName) };
        user.UserName = NullIfEmpty(request.UserName) ?? user.Id;
        var confirms = options.Value.Confirms;
        var result = confirms
            ? await registrar.RequestAsync(user, request.Password!, cancellationToken)
            : await accounts.RegisterAsync(user, request.Password!, cancellationToken);
        if (!result.Succeeded)
        {
            return IdentityProblems.Of(result);
        }

        return confirms ? MailOnItsWayResponse.Accepted() : Created(user, http);

        static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private static async Task<Results<Created<UserResponse>, ProblemHttpResult>> ConfirmAsync(
        ConfirmRegistrationRequest request, Registrar registrar, HttpContext http, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToProblem();
        }

        var (account, result) = await registrar.ConfirmAsync(request.Token!, request.Password!, Device.Of(http, name: null), cancellationToken);
        if (account is not null)
        {
            return Created(account, http);
        }

        return result.Errors.Any() ? IdentityProblems.Of(result) : OneUseProblems.InvalidRegistration();
    }

    private static Created<UserResponse> Created(User user, HttpContext http)
    {
        http.Response.SetETag(user);
        return TypedResults.Created($"/v1/users/{user.Id}", UserResponse.Of(user));
    }
}
