using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.ServiceDefaults.Problems;

namespace UserService.OneUse;

internal static class OneUseProblems
{
    /// <summary>The same for a token that was used, has expired, is of another kind, or never was.</summary>
    public static ProblemHttpResult InvalidToken() => Problems.BadRequest(
        "invalid_token", "The token is not valid (any more)", "It may have expired or been used. Ask for a new e-mail.");

    /// <summary>The same where the password is not the one of the registration behind the token.</summary>
    public static ProblemHttpResult InvalidRegistration() => Problems.BadRequest(
        "invalid_token", "The token and the password do not finish a registration",
        "Send the password that you registered with; where several e-mails came, the token of each. It may also have expired or been used: then register again.");
}

/// <param name="Token">From the e-mail.</param>
internal sealed record OneUseTokenRequest([property: Required] string? Token)
{
    /// <summary>Keeps the token out of whatever prints records.</summary>
    public override string ToString() => nameof(OneUseTokenRequest);
}
