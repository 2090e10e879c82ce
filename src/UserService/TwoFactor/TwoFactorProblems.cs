using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Problems;

namespace UserService.TwoFactor;

internal static class TwoFactorProblems
{
    /// <summary>403 and not 200, so that a client that knows of no second factor does not take the ticket for tokens.</summary>
    public static ProblemHttpResult Required(SignInTicket ticket) => Problems.Of(
        StatusCodes.Status403Forbidden, "second_factor_required", "The second factor is missing",
        "Send the ticket with a code of the authenticator app, or a recovery code, to POST /v1/auth/login/second-factor.",
        new Dictionary<string, object?> { ["ticket"] = ticket.Text, ["expiresIn"] = (int)SignInTickets.Life.TotalSeconds });

    public static ProblemHttpResult Refused() => Problems.Unauthorized(
        "invalid_second_factor", "The second factor was refused",
        $"Try the next code. After {SignInTickets.MostTries} tries or {SignInTickets.Life.TotalMinutes} minutes begin again with the password.");

    public static ProblemHttpResult AlreadyOn() => Problems.Conflict(
        "two_factor_on", "The second factor is on", "Turn it off first: DELETE /v1/users/me/two-factor.");

    public static ProblemHttpResult Off() => Problems.Conflict(
        "two_factor_off", "The second factor is off", "Turn it on: POST /v1/users/me/two-factor, then confirm it with a code.");

    public static ProblemHttpResult NothingToConfirm() => Problems.Conflict(
        "two_factor_not_begun", "There is no second factor to confirm", "Begin with POST /v1/users/me/two-factor; it waits ten minutes for its first code.");

    public static ProblemHttpResult Own() => Problems.Conflict(
        "own_two_factor", "This is your own second factor", "Use DELETE /v1/users/me/two-factor, with your password and a code.");

    public static ProblemHttpResult NoSuchUser() =>
        Problems.NotFound("user_not_found", "There is no such account", "Use the id of an account.");
}
