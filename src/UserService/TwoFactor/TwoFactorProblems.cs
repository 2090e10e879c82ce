using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Problems;

namespace UserService.TwoFactor;

internal static class TwoFactorProblems
{
    /// <summary>403 and not 200, so that a client that knows of no second factor does not take the ticket for tokens.</summary>
    /// <param name="codeRefused">Whether a code came beside the password and was not accepted.</param>
    public static ProblemHttpResult Required(SignInTicket ticket, bool codeRefused) => Problems.Of(
        StatusCodes.Status403Forbidden, "second_factor_required", codeRefused ? "The code was not accepted" : "The second factor is missing",
        (codeRefused ? "The code beside the password is wrong, was used before, or is one of too many. " : "")
        + "Send the ticket with a code of the authenticator app, or a recovery code, to POST /v1/auth/login/second-factor.",
        new Dictionary<string, object?> { ["ticket"] = ticket.Text, ["expiresIn"] = (int)SignInTickets.Life.TotalSeconds });

    public static ProblemHttpResult Of(SecondFactorRefusal refusal) => refusal switch
    {
        SecondFactorRefusal.Ticket => Problems.Unauthorized(
            "invalid_ticket", "The ticket is not valid (any more)",
            $"Begin again with the password. A ticket is good once, for {SignInTickets.MostTries} tries and {SignInTickets.Life.TotalMinutes} minutes."),
        SecondFactorRefusal.RecoveryCode => Refused("This is none of the account's recovery codes, or it was used before. Send another one, or a code of the app."),
        _ => Refused("The code is wrong, or was used before. Send the next one that the app shows."),
    };

    private static ProblemHttpResult Refused(string why) => Problems.Unauthorized(
        "invalid_second_factor", "The second factor was refused",
        $"{why} After {SignInTickets.MostTries} tries or {SignInTickets.Life.TotalMinutes} minutes begin again with the password.");

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
